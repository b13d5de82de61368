using System.Globalization;
using System.Text.Json;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Azure's own requests about repositories, manifests and tags, below <c>/acr/v1/</c>.</summary>
internal sealed class PropertiesRequests(RegistryService service, string repository)
{
    private const string Root = "/acr/v1/";

    /// <summary>The names of all repositories.</summary>
    public static Listing<string> Repositories(RegistryService service, CancellationToken cancellationToken) => new(
        service,
        (size, _) => Task.FromResult(service.NewAzureMessage(RequestMethod.Get, Accept.Ok, [Root + "_catalog"], ("n", Number(size)))),
        root => [.. (root.Find("repositories")?.EnumerateArray() ?? default).Select(name => name.GetString()!)],
        cancellationToken);

    public Listing<ArtifactManifestProperties> Manifests(ArtifactManifestOrder order, CancellationToken cancellationToken)
    {
        var by = order switch
        {
            ArtifactManifestOrder.None => null,
            ArtifactManifestOrder.LastUpdatedOnDescending => "timedesc",
            ArtifactManifestOrder.LastUpdatedOnAscending => "timeasc",
        };
        return new(
            service,
            (size, _) => Task.FromResult(
                service.NewAzureMessage(RequestMethod.Get, Accept.Ok, [Root, repository, "/_manifests"], ("n", Number(size)), ("orderby", by))),
            root => [.. (root.Find("manifests")?.EnumerateArray() ?? default).Select(manifest => PropertiesJson.ReadManifest(root, manifest))],
            cancellationToken);
    }

    /// <param name="digest">Of the manifest whose tags are wanted; asked for with the first page.</param>
    public Listing<ArtifactTagProperties> Tags(Func<bool, Task<string>> digest, ArtifactTagOrder order, CancellationToken cancellationToken)
    {
        var by = order switch
        {
            ArtifactTagOrder.None => null,
            ArtifactTagOrder.LastUpdatedOnDescending => "timedesc",
            ArtifactTagOrder.LastUpdatedOnAscending => "timeasc",
        };
        return new(
            service,
            async (size, async) => service.NewAzureMessage(
                RequestMethod.Get, Accept.Ok, [Root, repository, "/_tags"], ("n", Number(size)), ("orderby", by), ("digest", await digest(async).ConfigureAwait(false))),
            root => [.. (root.Find("tags")?.EnumerateArray() ?? default).Select(tag => PropertiesJson.ReadTag(root, tag))],
            cancellationToken);
    }

    public Task<Response<ContainerRepositoryProperties>> RepositoryAsync(Allowed? update, bool async, CancellationToken cancellationToken) =>
        SendAsync([Root, repository], update, PropertiesJson.ReadRepository, async, cancellationToken);

    public Task<Response<ArtifactManifestProperties>> ManifestAsync(string digest, Allowed? update, bool async, CancellationToken cancellationToken) => SendAsync(
        [Root, repository, "/_manifests/", digest], update, root => PropertiesJson.ReadManifest(root, root.GetProperty("manifest")), async, cancellationToken);

    public Task<Response<ArtifactTagProperties>> TagAsync(string tag, Allowed? update, bool async, CancellationToken cancellationToken) => SendAsync(
        [Root, repository, "/_tags/", tag], update, root => PropertiesJson.ReadTag(root, root.GetProperty("tag")), async, cancellationToken);

    /// <summary>Deletes the repository with all that is in it; a missing one is the 404 response, not an exception.</summary>
    public Task<Response> DeleteRepositoryAsync(bool async, CancellationToken cancellationToken) => DeleteAsync([Root, repository], async, cancellationToken);

    /// <summary>Takes the tag away; a missing one is the 404 response, not an exception.</summary>
    public Task<Response> DeleteTagAsync(string tag, bool async, CancellationToken cancellationToken) =>
        DeleteAsync([Root, repository, "/_tags/", tag], async, cancellationToken);

    private async Task<Response> DeleteAsync(string[] path, bool async, CancellationToken cancellationToken)
    {
        using var message = service.NewAzureMessage(RequestMethod.Delete, Accept.AcceptedOrMissing, path);
        return await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
    }

    // Reads properties, or changes them and reads what they are then.
    private async Task<Response<T>> SendAsync<T>(string[] path, Allowed? update, Func<JsonElement, T> read, bool async, CancellationToken cancellationToken)
    {
        using var message = service.NewAzureMessage(update is null ? RequestMethod.Get : RequestMethod.Patch, Accept.Ok, path);
        if (update is not null)
        {
            message.Request.Headers.SetValue("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(update.ToJson());
        }

        var response = await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(response.Content);
        return Response.FromValue(read(document.RootElement), response);
    }

    private static string? Number(int? size) => size?.ToString(CultureInfo.InvariantCulture);
}
