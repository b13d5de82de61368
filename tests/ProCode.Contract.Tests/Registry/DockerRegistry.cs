using System.Globalization;
using System.Text.RegularExpressions;
using ProCode.Dev;

namespace ProCode.Contract.Tests.Registry;

/// <summary>The real registry program (Debian's docker-registry) on a free loopback port, with its files in a folder; it ends with us.</summary>
internal sealed partial class DockerRegistry : IAsyncDisposable
{
    public const string Program = "docker-registry";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly ChildProcess process;

    private DockerRegistry(string folder, ChildProcess process, Uri address) => (this.folder, this.process, Address) = (folder, process, address);

    public Uri Address { get; }

    private string Files => Path.Combine(folder, "files", "docker", "registry", "v2");

    public static async Task<DockerRegistry> StartAsync(string folder)
    {
        var configuration = Path.Combine(Directory.CreateDirectory(folder).FullName, "registry.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: info, accesslog: { disabled: true } }
            storage:
              filesystem: { rootdirectory: {{folder}}/files }
              delete: { enabled: true }
              maintenance: { uploadpurging: { enabled: false } }
            http:
              addr: 127.0.0.1:0
              secret: {{Guid.NewGuid():N}}
              relativeurls: true

            """);
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = ChildProcess.Start([Program, "serve", configuration], NoOverrides(), onLine: line =>
        {
            if (Listening().Match(line) is { Success: true } match)
                port.TrySetResult(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        });
        try
        {
            _ = process.Exited.ContinueWith(
                ended => port.TrySetException(new InvalidOperationException($"{Program} ended with {ended.Result}.")), TaskScheduler.Default);
            return new DockerRegistry(folder, process, new Uri($"http://127.0.0.1:{await port.Task.WaitAsync(Patience)}"));
        }
        catch (Exception exception)
        {
            await process.DisposeAsync();
            throw new InvalidOperationException($"{Program} didn't start:\n{process.LastLines}", exception);
        }
    }

    /// <summary>Where the bytes of a blob or manifest are, for a test that damages them.</summary>
    public string FileOf(string digest)
    {
        var name = digest.Split(':')[1];
        return Path.Combine(Files, "blobs", "sha256", name[..2], name, "data");
    }

    /// <summary>Takes a tag away, which this registry has no request for.</summary>
    public void RemoveTag(string repository, string tag) => Directory.Delete(Path.Combine(FolderOf(repository), "_manifests", "tags", tag), recursive: true);

    /// <summary>Takes a repository away, which this registry has no request for.</summary>
    public void RemoveRepository(string repository) => Directory.Delete(FolderOf(repository), recursive: true);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    // The program takes every such variable for a line of its configuration.
    private static Dictionary<string, string?> NoOverrides() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("REGISTRY_", StringComparison.Ordinal)).ToDictionary(name => name, _ => (string?)null);

    private string FolderOf(string repository) => Path.Combine(Files, "repositories", repository);

    [GeneratedRegex(@"msg=""listening on 127\.0\.0\.1:(\d+)""")]
    private static partial Regex Listening();
}
