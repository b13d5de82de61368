using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.Api;
using ProCode.Repos.GitHub;
using ProCode.Repos.Sources;
using ProCode.Tests.Repos.PlainGit;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>Prism with one of GitHub's descriptions, and clients that take it for the host.</summary>
public abstract class PrismFixture(string description, string host, string api) : IAsyncLifetime
{
    // The paths that GitHubHost asks for.
    private static readonly string[] Paths =
    [
        .. from path in (string[])
           [
               "", "/branches", "/tags", "/git/ref/{ref}", "/git/refs", "/git/tags", "/git/tags/{tag_sha}", "/git/commits/{commit_sha}",
               "/compare/{basehead}", "/tarball/{ref}", "/hooks", "/hooks/{hook_id}", "/pulls", "/pulls/{pull_number}",
           ]
           select "/repos/{owner}/{repo}" + path,
    ];

    private PrismServer? _prism;

    public async ValueTask InitializeAsync() => _prism = await PrismServer.StartAsync(description, Paths);

    public async ValueTask DisposeAsync()
    {
        if (_prism is not null) await _prism.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal GitRemote Remote => new(host + "/octocat/Hello-World.git", new GitCredential("oauth2", "the-token"), GitType.GitHub);

    internal (GitHubHost Host, PrismHandler Wire) NewHost()
    {
        var urls = new OutboundUrls(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("140.82.112.3")]));
        var wire = new PrismHandler(api, _prism!, Archive());
        var calls = new GitCalls(TimeProvider.System, NullLogger<GitCalls>.Instance);
        var gitApi = new GitApi(new HttpClient(wire), urls, calls, TimeProvider.System);
        return (new GitHubHost(gitApi, GitServerFixture.NewHost(), new SourceLimits()), wire);
    }

    private static byte[] Archive()
    {
        var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress))
        using (var tar = new TarWriter(zip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "octocat-Hello-World-7fd1a60/README") { DataStream = new MemoryStream("Hello"u8.ToArray()) });
        }

        return bytes.ToArray();
    }
}
