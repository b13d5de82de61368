using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ProCode.Dev;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>Prism with a description of GitHub's API: it answers with the description's examples, and refuses requests that aren't as described.</summary>
internal sealed partial class PrismServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly string _description;

    private readonly JsonObject _cut;

    private PrismServer(ChildProcess process, string description, JsonObject paths, string url) =>
        (_process, _description, _cut, BaseUrl) = (process, description, paths, url);

    /// <summary>Without a slash at the end.</summary>
    public string BaseUrl { get; }

    /// <summary>Starts on a free port with some paths of a description (<c>api.github.com</c>, <c>ghes-3.19</c>); both are installed when missing.</summary>
    public static async Task<PrismServer> StartAsync(string name, IReadOnlyList<string> paths)
    {
        var folder = await NpmInstallation.EnsureAsync("tests/ProCode.Shared.Tests/Repos/GitHub/prism", TestContext.Current.CancellationToken);
        var modules = Path.Combine(folder, "node_modules");
        await using var whole = File.OpenRead(Path.Combine(modules, "@octokit", "openapi", "generated", name + ".json"));
        var description = (await JsonNode.ParseAsync(whole, cancellationToken: TestContext.Current.CancellationToken))!.AsObject();
        var cut = Path.Combine(Path.GetTempPath(), $"procode-{name}-{Guid.NewGuid():n}.json");
        var some = OpenApiCut.Of(description, paths);
        await File.WriteAllTextAsync(cut, some.ToJsonString());

        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] command = ["node", Path.Combine(modules, "@stoplight", "prism-cli", "dist", "index.js"), "mock", "--multiprocess", "false", "--port", "0", cut];
        var process = ChildProcess.Start(command, onLine: line =>
        {
            if (ListeningLine().Match(line) is { Success: true } match) listening.TrySetResult(match.Groups[1].Value);
        });
        try
        {
            if (await Task.WhenAny(listening.Task, process.Exited).WaitAsync(StartTimeout) == listening.Task)
                return new PrismServer(process, cut, some, await listening.Task);
            throw new InvalidOperationException($"Prism ended before it was ready:\n{process.LastLines}");
        }
        catch
        {
            await process.DisposeAsync();
            File.Delete(cut);
            throw;
        }
    }

    /// <summary>The names in a query that the description of its path doesn't know: Prism overlooks them.</summary>
    public IEnumerable<string> UndescribedQuery(Uri url)
    {
        var path = _cut["paths"]!.AsObject().FirstOrDefault(path => Regex.IsMatch(url.AbsolutePath, "^" + Regex.Replace(path.Key, @"\{\w+\}", "[^/]+") + "$"));
        var known = path.Value?["get"]?["parameters"]?.AsArray().Select(parameter => Resolve(parameter!)["name"]!.GetValue<string>()).ToList() ?? [];
        return url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]).Except(known);
    }

    private JsonNode Resolve(JsonNode node) =>
        node["$ref"]?.GetValue<string>() is { } reference ? reference[2..].Split('/').Aggregate((JsonNode)_cut, (at, name) => at[name]!) : node;

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_description);
    }

    [GeneratedRegex(@"Prism is listening on (http://\S+)")]
    private static partial Regex ListeningLine();
}
