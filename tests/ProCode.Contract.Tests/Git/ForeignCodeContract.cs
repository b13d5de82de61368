using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

/// <summary>Nothing that stands in a repository is run, whatever is done with it: it may be somebody else's.</summary>
public sealed class ForeignCodeContract(GitContract git) : IClassFixture<GitContract>, IDisposable
{
    private static readonly string[] Hooks =
    [
        "pre-push", "reference-transaction", "post-commit", "pre-commit", "commit-msg", "post-checkout", "post-merge", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("git-foreign-");

    private string Marker => Path.Combine(_folder.FullName, "was-run");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Repository_WithHooksAndCommandsInItsConfiguration_RunsNoneOfThem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the hooks are shell scripts");
        var (name, commit) = await git.NewServerRepositoryAsync();
        using var repository = new Repository(await HostileRepositoryAsync());
        var remote = repository.Network.Remotes.Add("origin", git.Server.UrlOf(name));

        Commands.Fetch(repository, "origin", ["+refs/heads/*:refs/remotes/origin/*"], new FetchOptions { CredentialsProvider = git.Credentials }, null);
        var next = repository.CommitAt(1, repository.Lookup<Commit>(commit));
        repository.Refs.Add("refs/heads/next", next.Id);
        repository.ApplyTag("v1", next.Sha, History.Author, "one");
        repository.Network.Push(remote, "refs/heads/next:refs/heads/next", new PushOptions { CredentialsProvider = git.Credentials });
        using var changes = repository.Diff.Compare<TreeChanges>(repository.Lookup<Commit>(commit).Tree, next.Tree, new CompareOptions());

        Assert.NotEmpty(changes);
        Assert.Equal(next.Sha, git.Server.BranchesOf(name)["next"]);
        Assert.False(File.Exists(Marker), File.Exists(Marker) ? await File.ReadAllTextAsync(Marker, TestContext.Current.CancellationToken) : "");
    }

    [Fact]
    public void Url_ThatNamesACommand_IsRefusedAndNotRun()
    {
        Assert.ThrowsAny<LibGit2SharpException>(() => Repository.ListRemoteReferences($"ext::touch {Marker}", (_, _, _) => null!));

        Assert.False(File.Exists(Marker));
    }

    private async Task<string> HostileRepositoryAsync()
    {
        var repository = Repository.Init(Path.Combine(_folder.FullName, "repository"), isBare: true);
        Directory.CreateDirectory(Path.Combine(repository, "hooks"));
        foreach (var hook in Hooks)
        {
            var path = Path.Combine(repository, "hooks", hook);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\necho {hook} >> {Marker}\n", TestContext.Current.CancellationToken);
            if (!OperatingSystem.IsWindows()) // the caller has skipped; the analyzer wants it here
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var run = Path.Combine(repository, "hooks", "pre-push");
        await File.AppendAllTextAsync(
            Path.Combine(repository, "config"),
            $"""

            [core]
                hooksPath = {repository}hooks
                fsmonitor = {run}
                editor = {run}
                pager = {run}
                askPass = {run}
                sshCommand = {run}
                gitProxy = {run}
                alternateRefsCommand = {run}
            [credential]
                helper = !{run}
            [tag]
                gpgSign = true
            [commit]
                gpgSign = true
            [push]
                gpgSign = if-asked
            [gpg]
                program = {run}
            [diff]
                external = {run}

            """,
            TestContext.Current.CancellationToken);
        return repository;
    }
}
