using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ProCode.Dev.Bench;

/// <summary>Does by hand, with the same tools, what a stage is there for. What a stage takes longer than that is the machinery's.</summary>
internal sealed class BareEffects(GitServer git, string username, string password, string folder)
{
    private static readonly HttpClient _http = new();

    /// <summary>CODE_CHECK: make out the branch's commit and push a tag on it.</summary>
    public async Task<TimeSpan> TagAsync(string repository, string tag, CancellationToken cancellation)
    {
        var work = Path.Combine(folder, $"{repository}-{tag}");
        var login = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));
        var environment = new Dictionary<string, string?>
        {
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "http.extraHeader",
            ["GIT_CONFIG_VALUE_0"] = $"Authorization: {login}",
        };
        var watch = Stopwatch.StartNew();
        Task<string> Git(params string[] arguments) => Tool.RequireAsync(
            ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", .. arguments], cancellation, environment, folder);
        var commit = (await Git("ls-remote", git.UrlOf(repository), "refs/heads/main")).Split('\t')[0];
        await Git("init", "--quiet", "--bare", work);
        await Git("--git-dir", work, "fetch", "--quiet", "--depth", "1", git.UrlOf(repository), commit);
        await Git("--git-dir", work, "tag", "-a", tag, commit, "-m", tag);
        await Git("--git-dir", work, "push", "--quiet", git.UrlOf(repository), $"refs/tags/{tag}");
        return watch.Elapsed;
    }

    /// <summary>DEPLOY: start the agent and wait until it says that it is healthy.</summary>
    public async Task<TimeSpan> StartAgentAsync(CancellationToken cancellation)
    {
        var (port, agent) = (Ports.TakeFree(), Directory.CreateDirectory(Path.Combine(folder, "agent")).FullName);
        foreach (var (name, content) in SampleAgent.Files("v0.0.0"))
        {
            var path = Path.Combine(agent, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content, cancellation);
        }

        var watch = Stopwatch.StartNew();
        var environment = new Dictionary<string, string?> { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        await using var process = ChildProcess.Start(["python3", "main.py"], environment, agent);
        while (!await IsHealthyAsync(port, cancellation))
        {
            await Task.Delay(10, cancellation);
        }

        var elapsed = watch.Elapsed;
        process.Kill();
        return elapsed;
    }

    private static async Task<bool> IsHealthyAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/health")), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
