using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ProCode.Dev;

/// <summary>
/// A git server on a free loopback port: smart HTTP with basic authentication in front of <c>git http-backend</c>, bare
/// repositories in one folder. Everything it says about pushes and tags is read from the repositories, so a new server on
/// the same folder goes on where the old one was.
/// </summary>
public sealed class GitServer : IAsyncDisposable
{
    private readonly string _root;
    private readonly byte[] _authorization;
    private readonly WebApplication _web;
    private long _requests;

    private GitServer(string root, string username, string password, WebApplication web)
    {
        (_root, _web) = (root, web);
        _authorization = Encoding.UTF8.GetBytes("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));
    }

    public Uri BaseUrl => new(_web.Urls.First());

    /// <summary>True makes every answer 503.</summary>
    public bool Down { get; set; }

    /// <summary>True makes every push 403, as hosts answer someone who may only read.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>How long every answer is held back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Requests answered so far, refused ones included.</summary>
    public long RequestCount => Interlocked.Read(ref _requests);

    /// <summary>Starts on a free port, or on the one of a server that was there before; the folder is made if need be.</summary>
    public static async Task<GitServer> StartAsync(string rootFolder, string username, string password, CancellationToken cancellation, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var web = builder.Build();
        var server = new GitServer(Directory.CreateDirectory(rootFolder).FullName, username, password, web);
        web.Run(server.AnswerAsync);
        await web.StartAsync(cancellation);
        return server;
    }

    /// <summary>Makes a repository with one commit on <c>main</c> and returns the commit's id; no files, no commit, "".</summary>
    public async Task<string> CreateRepositoryAsync(string name, IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        await GitAsync(null, ["init", "--quiet", "--bare", "--initial-branch=main", FolderOf(name)], null, cancellation);
        await GitAsync(name, ["config", "http.receivepack", "true"], null, cancellation);
        await GitAsync(name, ["config", "core.logAllRefUpdates", "always"], null, cancellation); // PushCount reads these logs
        return files.Count == 0 ? "" : await CommitAsync(name, files);
    }

    /// <summary>Adds a commit with these files on top of <c>main</c> and returns its id.</summary>
    public Task<string> CommitAsync(string name, IReadOnlyDictionary<string, string> files) =>
        CommitAsync(name, [.. files.Select(file => new GitFile(file.Key, file.Value))]);

    /// <summary>The same with file modes, on any branch (one that does not exist starts from <c>main</c>).</summary>
    public async Task<string> CommitAsync(string name, IReadOnlyList<GitFile> files, string branch = "main")
    {
        var from = new[] { branch, "main" }.FirstOrDefault(candidate => File.Exists(Path.Combine(FolderOf(name), "refs", "heads", candidate)));
        using var script = new MemoryStream();
        void Write(string text) => script.Write(Encoding.UTF8.GetBytes(text));
        void WriteData(string text) => Write(string.Create(CultureInfo.InvariantCulture, $"data {Encoding.UTF8.GetByteCount(text)}\n{text}\n"));
        Write($"commit refs/heads/{branch}\ncommitter Developer <developer@example.com> now\n");
        WriteData("Change the agent");
        if (from is not null)
            Write($"from refs/heads/{from}^0\n");
        foreach (var file in files)
        {
            // A submodule has no content here, only the id of a commit somewhere else.
            var isSubmodule = file.Mode == GitFile.Submodule;
            Write($"M {file.Mode} {(isSubmodule ? file.Content : "inline")} \"{file.Path}\"\n");
            if (!isSubmodule)
                WriteData(file.Content);
        }

        await GitAsync(name, ["fast-import", "--quiet", "--date-format=now"], script.ToArray(), CancellationToken.None);
        return (await GitAsync(name, ["rev-parse", "refs/heads/" + branch], null, CancellationToken.None)).Trim();
    }

    /// <summary>Runs a script of <c>git fast-import</c>: any history that git can hold.</summary>
    public Task ImportAsync(string name, string script) =>
        GitAsync(name, ["fast-import", "--quiet", "--date-format=raw-permissive"], Encoding.UTF8.GetBytes(script), CancellationToken.None);

    /// <summary>Makes the repository refuse every push from now on, with these words (by a hook: not on Windows).</summary>
    public async Task RefusePushesAsync(string name, string words)
    {
        var hook = Path.Combine(FolderOf(name), "hooks", "update");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\necho '{words}' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string UrlOf(string name) => new Uri(BaseUrl, name + ".git").ToString();

    /// <summary>The tags and the commits they stand for.</summary>
    public IReadOnlyDictionary<string, string> TagsOf(string name) =>
        GitAsync(name, ["for-each-ref", "refs/tags", "--format=%(refname:strip=2) %(objectname) %(*objectname)"], null, CancellationToken.None).GetAwaiter().GetResult()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(fields => fields[0], fields => fields[^1]);

    /// <summary>The branches and their commits.</summary>
    public IReadOnlyDictionary<string, string> BranchesOf(string name) =>
        GitAsync(name, ["for-each-ref", "refs/heads", "--format=%(refname:strip=2) %(objectname)"], null, CancellationToken.None).GetAwaiter().GetResult()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(fields => fields[0], fields => fields[1]);

    /// <summary>What <c>git ls-tree</c> says about all files of a commit: mode, kind, id and path.</summary>
    public IReadOnlyList<string> FilesOf(string name, string commit) =>
        GitAsync(name, ["-c", "core.quotePath=false", "ls-tree", "-r", commit], null, CancellationToken.None).GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How many refs have been changed by pushes. Commits made here are not pushes.</summary>
    public int PushCount(string name)
    {
        var logs = new DirectoryInfo(Path.Combine(FolderOf(name), "logs", "refs")); // HEAD's own log repeats those of its branch
        return logs.Exists
            ? logs.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => File.ReadLines(file.FullName).Count(line => line.EndsWith("\tpush", StringComparison.Ordinal)))
            : 0;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, http.RequestAborted);
        if (Down)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), _authorization))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
        }
        else if (ReadOnly && (http.Request.Path + http.Request.QueryString.ToString()).Contains("git-receive-pack", StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else
        {
            await GitHttpBackend.AnswerAsync(http, _root);
        }
    }

    private string FolderOf(string name) => Path.Combine(_root, name + ".git");

    private async Task<string> GitAsync(string? name, IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        var start = GitHttpBackend.NewGit();
        if (name is not null)
            start.ArgumentList.Add("--git-dir=" + FolderOf(name));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.BaseStream.WriteAsync(input ?? [], cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"git {arguments[0]}: {await errors}");
    }
}

/// <summary>A file of a commit. <paramref name="Mode"/> is git's: a symbolic link's content is its target, a submodule's a commit id.</summary>
public sealed record GitFile(string Path, string Content, string Mode = GitFile.Regular)
{
    public const string Regular = "100644";
    public const string Executable = "100755";
    public const string SymbolicLink = "120000";
    public const string Submodule = "160000";
}
