using System.Text;
using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

public sealed class CommitContract(GitContract git) : IClassFixture<GitContract>
{
    [Fact]
    public void Commit_ReadBack_HasAuthorMessageAndParents()
    {
        using var repository = git.NewRepository();
        var (one, two) = (repository.CommitAt(1), repository.CommitAt(2));
        var when = new DateTimeOffset(2024, 2, 29, 23, 30, 15, 999, TimeSpan.FromHours(-9.5));
        var author = new Signature("Dévéloper: one", "d@example.com", when);
        var id = repository.ObjectDatabase.CreateCommit(author, History.Author, "Merge ü\n\nbody\n", one.Tree, [one, two], false).Sha;

        var commit = repository.Lookup<Commit>(id);

        Assert.Equal(("Dévéloper: one", "d@example.com"), (commit.Author.Name, commit.Author.Email));
        Assert.Equal((when.AddMilliseconds(-999), when.Offset), (commit.Author.When, commit.Author.When.Offset));
        Assert.Equal("Merge ü\n\nbody\n", commit.Message);
        Assert.Equal([one.Sha, two.Sha], commit.Parents.Select(parent => parent.Sha));
        Assert.Equal(one.Tree.Sha, commit.Tree.Sha);
        Assert.Empty(one.Parents);
    }

    [Fact]
    public async Task Commit_UnusualFields_AreReadAsTheyAre()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        await git.Server.ImportAsync(name, "commit refs/heads/odd\nauthor <a@example.com> 1700000000 +0000\ncommitter C <c@example.com> 1700000000 +0000\ndata 7\n\n\nlate\n\n");
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        var commit = repository.Lookup<Commit>(git.Server.BranchesOf(name)["odd"]);

        Assert.Equal(("", "a@example.com"), (commit.Author.Name, commit.Author.Email));
        Assert.Equal("late\n", commit.Message); // empty lines before it are left out
        Assert.Empty(commit.Tree);
    }

    [Fact]
    public async Task Author_TimeThatDotNetDoesNotKnow_ThrowsArgumentOutOfRange()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        await git.Server.ImportAsync(name, "commit refs/heads/odd\ncommitter C <c@example.com> 99999999999999 +0000\ndata 0\n\n");
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        var commit = repository.Lookup<Commit>(git.Server.BranchesOf(name)["odd"]);

        Assert.Throws<ArgumentOutOfRangeException>(() => commit.Author);
    }

    [Fact]
    public void Signature_NoNameOrMail_ThrowsArgument()
    {
        Assert.ThrowsAny<ArgumentException>(() => new Signature("", "a@example.com", DateTimeOffset.UnixEpoch));
        Assert.ThrowsAny<ArgumentException>(() => new Signature("A", "", DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void CreateBlob_AnyBytes_AreKeptAsTheyAre()
    {
        using var repository = git.NewRepository();
        byte[] bytes = [0, 255, (byte)'\r', (byte)'\n', .. Encoding.UTF8.GetBytes("ü")];
        using var stream = new MemoryStream(bytes);

        var blob = repository.Lookup<Blob>(repository.ObjectDatabase.CreateBlob(stream).Sha);

        using var content = new MemoryStream();
        blob.GetContentStream().CopyTo(content);
        Assert.Equal(bytes, content.ToArray());
        Assert.Equal(bytes.Length, blob.Size);
    }
}
