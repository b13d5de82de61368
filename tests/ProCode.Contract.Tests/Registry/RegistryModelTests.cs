using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Manifests as JSON, and the values that are more than text.</summary>
public sealed class RegistryModelTests
{
    [Fact]
    public void OciImageManifest_ToJson_HasItsFieldsInThePackagesOrder()
    {
        var manifest = new OciImageManifest(2)
        {
            Configuration = new OciDescriptor { MediaType = "c", SizeInBytes = 1, Digest = "sha256:1" },
            Layers = { new OciDescriptor { MediaType = "l", SizeInBytes = 2, Digest = "sha256:2", Annotations = new OciAnnotations { Title = "file" } } },
            Annotations = new OciAnnotations { Version = "1.0", AdditionalProperties = { ["team"] = "one" } },
        };

        Assert.Equal(
            """
            {"config":{"mediaType":"c","size":1,"digest":"sha256:1"},"layers":[{"mediaType":"l","size":2,"digest":"sha256:2","annotations":{"org.opencontainers.image.title":"file"}}],"annotations":{"org.opencontainers.image.version":"1.0","team":"one"},"schemaVersion":2}
            """,
            BinaryData.FromObjectAsJson(manifest).ToString());
        Assert.Equal("""{"schemaVersion":2}""", BinaryData.FromObjectAsJson(new OciImageManifest(2)).ToString());
    }

    [Fact]
    public void OciImageManifest_ThereAndBack_IsTheSame()
    {
        var annotations = new OciAnnotations
        {
            CreatedOn = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            Authors = "a",
            Url = new Uri("https://example.com/"),
            Documentation = new Uri("https://example.com/docs"),
            Source = new Uri("https://example.com/source"),
            Version = "1",
            Revision = "r",
            Vendor = "v",
            Licenses = "MIT",
            Name = "n",
            Title = "t",
            Description = "d",
            AdditionalProperties = { ["team"] = "one" },
        };
        var json = BinaryData.FromObjectAsJson(new OciImageManifest(2) { Annotations = annotations });

        var read = json.ToObjectFromJson<OciImageManifest>()!;

        Assert.Contains("\"org.opencontainers.image.created\":\"2026-01-02T02:04:05.0000000Z\"", json.ToString(), StringComparison.Ordinal);
        Assert.Equal(json.ToString(), BinaryData.FromObjectAsJson(read).ToString());
        Assert.Equal((annotations.CreatedOn, annotations.Source, "one"), (read.Annotations!.CreatedOn, read.Annotations.Source, read.Annotations.AdditionalProperties["team"]));
        Assert.Equal((2, null), (read.SchemaVersion, read.Configuration));
    }

    [Fact]
    public void ManifestMediaType_AnyText_IsOneAndEqualByIt()
    {
        ManifestMediaType own = "application/vnd.example+json";

        Assert.Equal("application/vnd.example+json", (string)own);
        Assert.True(own == "application/vnd.example+json" && own != ManifestMediaType.OciImageManifest);
        Assert.Single(new HashSet<ManifestMediaType> { own, "application/vnd.example+json" });
        Assert.Equal("application/vnd.oci.image.manifest.v1+json", ManifestMediaType.OciImageManifest.ToString());
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", ManifestMediaType.DockerManifest.ToString());
    }

    [Fact]
    public void Values_InAnotherCase_AreTheSame()
    {
        Assert.True(new ArtifactArchitecture("AMD64") == ArtifactArchitecture.Amd64 && new ArtifactArchitecture("arm64") != ArtifactArchitecture.Amd64);
        Assert.True(new ArtifactOperatingSystem("LINUX") == ArtifactOperatingSystem.Linux && new ArtifactOperatingSystem("windows") != ArtifactOperatingSystem.Linux);
        Assert.True(new ContainerRegistryAudience("HTTPS://management.azure.com") == ContainerRegistryAudience.AzureResourceManagerPublicCloud);
        Assert.Single(new HashSet<ArtifactArchitecture> { new("AMD64"), ArtifactArchitecture.Amd64 });
        Assert.Single(new HashSet<ArtifactOperatingSystem> { new("LINUX"), ArtifactOperatingSystem.Linux });
        Assert.Single(new HashSet<ContainerRegistryAudience> { "HTTPS://management.azure.com", ContainerRegistryAudience.AzureResourceManagerPublicCloud });
        Assert.Equal(("amd64", "linux"), (ArtifactArchitecture.Amd64.ToString(), ArtifactOperatingSystem.Linux.ToString()));
    }

    [Fact]
    public void Options_UnknownVersion_IsRefused() =>
        Assert.ThrowsAny<ArgumentException>(() => new ContainerRegistryClientOptions((ContainerRegistryClientOptions.ServiceVersion)7));
}
