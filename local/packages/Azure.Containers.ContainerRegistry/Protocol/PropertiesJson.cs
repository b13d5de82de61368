using System.Text.Json;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>What the registry knows of repositories, manifests and tags, in Azure's JSON.</summary>
internal static class PropertiesJson
{
    public static ContainerRepositoryProperties ReadRepository(JsonElement root)
    {
        var allowed = Allowed.Of(root);
        return new()
        {
            RegistryLoginServer = root.Text("registry"),
            Name = root.Text("imageName"),
            CreatedOn = root.GetProperty("createdTime").GetDateTimeOffset(),
            LastUpdatedOn = root.GetProperty("lastUpdateTime").GetDateTimeOffset(),
            ManifestCount = root.GetProperty("manifestCount").GetInt32(),
            TagCount = root.GetProperty("tagCount").GetInt32(),
            CanDelete = allowed.Delete,
            CanWrite = allowed.Write,
            CanList = allowed.List,
            CanRead = allowed.Read,
        };
    }

    /// <param name="root">What says of which repository it is.</param>
    public static ArtifactManifestProperties ReadManifest(JsonElement root, JsonElement manifest)
    {
        var allowed = Allowed.Of(manifest);
        return new()
        {
            RegistryLoginServer = root.Text("registry"),
            RepositoryName = root.Text("imageName"),
            Digest = manifest.Text("digest"),
            SizeInBytes = manifest.Find("imageSize")?.GetInt64(),
            CreatedOn = manifest.GetProperty("createdTime").GetDateTimeOffset(),
            LastUpdatedOn = manifest.GetProperty("lastUpdateTime").GetDateTimeOffset(),
            Architecture = manifest.Find("architecture") is { } architecture ? new ArtifactArchitecture(architecture.GetString()!) : null,
            OperatingSystem = manifest.Find("os") is { } system ? new ArtifactOperatingSystem(system.GetString()!) : null,
            Tags = [.. (manifest.Find("tags")?.EnumerateArray() ?? default).Select(tag => tag.GetString()!)],
            CanDelete = allowed.Delete,
            CanWrite = allowed.Write,
            CanList = allowed.List,
            CanRead = allowed.Read,
        };
    }

    /// <param name="root">What says of which repository it is.</param>
    public static ArtifactTagProperties ReadTag(JsonElement root, JsonElement tag)
    {
        var allowed = Allowed.Of(tag);
        return new()
        {
            RegistryLoginServer = root.Text("registry"),
            RepositoryName = root.Text("imageName"),
            Name = tag.Text("name"),
            Digest = tag.Text("digest"),
            CreatedOn = tag.GetProperty("createdTime").GetDateTimeOffset(),
            LastUpdatedOn = tag.GetProperty("lastUpdateTime").GetDateTimeOffset(),
            CanDelete = allowed.Delete,
            CanWrite = allowed.Write,
            CanList = allowed.List,
            CanRead = allowed.Read,
        };
    }
}
