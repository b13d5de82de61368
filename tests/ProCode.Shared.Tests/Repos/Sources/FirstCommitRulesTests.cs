using ProCode.Repos;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Tests.Repos.Sources;

public sealed class FirstCommitRulesTests
{
    private static readonly SourceLimits Limits = new() { Bytes = 10, Entries = 5 };

    [Theory]
    [InlineData("a")]
    [InlineData(".gitignore")]
    [InlineData(".github/x")]
    [InlineData("a b/ü.txt")]
    [InlineData("..a/b..")]
    public void Refusal_OrdinaryPath_IsNone(string path) => Assert.Null(FirstCommitRules.Refusal(Of(path), Limits));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("a\ud800")]
    [InlineData("a\ufffd")]
    [InlineData(".git/config")]
    [InlineData("a/.GIT")]
    [InlineData(".git /x")]
    [InlineData(".git./x")]
    [InlineData("GIT~1/x")]
    [InlineData(".git::$INDEX_ALLOCATION/x")]
    public void Refusal_PathThatIsUnsafe_IsToldSo(string path) => Assert.Equal(GitErrors.SourceUnsafe, FirstCommitRules.Refusal(Of(path), Limits)!.Code);

    [Fact]
    public void Refusal_PathThatIsTooLong_IsUnsafe() => Assert.Equal(GitErrors.SourceUnsafe, FirstCommitRules.Refusal(Of(new string('a', 4097)), Limits)!.Code);

    [Fact]
    public void Refusal_FileThatIsAFolderToo_IsUnsafe() => Assert.Equal(GitErrors.SourceUnsafe, FirstCommitRules.Refusal(Of("a", "a/b"), Limits)!.Code);

    [Fact]
    public void Refusal_LimitsReachedAndPassed_IsTooLargeOnlyThen()
    {
        Assert.Null(FirstCommitRules.Refusal(Of("a/b/1", "a/b/2", "c"), Limits)); // five with the folders
        Assert.Equal(GitErrors.SourceTooLarge, FirstCommitRules.Refusal(Of("a/b/1", "a/b/2", "c", "d"), Limits)!.Code);
        Assert.Null(FirstCommitRules.Refusal(new GitFirstCommit("main", "x", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[10] }), Limits));
        Assert.Equal(
            GitErrors.SourceTooLarge,
            FirstCommitRules.Refusal(new GitFirstCommit("main", "x", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[6], ["b"] = new byte[5] }), Limits)!.Code);
    }

    [Fact]
    public void Refusal_NoFilesOrNoMessage_IsInvalid()
    {
        Assert.Equal(ErrorKind.Invalid, FirstCommitRules.Refusal(Of(), Limits)!.Kind);
        Assert.Equal(ErrorKind.Invalid, FirstCommitRules.Refusal(Of("a") with { Message = "" }, Limits)!.Kind);
        Assert.Equal(ErrorKind.Invalid, FirstCommitRules.Refusal(Of("a") with { Message = "a\0b" }, Limits)!.Kind);
    }

    [Fact]
    public void IsExecutable_Content_IsSoWithAnInterpreterInFront()
    {
        Assert.True(FirstCommitRules.IsExecutable("#!/bin/sh"u8.ToArray()));
        Assert.False(FirstCommitRules.IsExecutable("# !"u8.ToArray()));
        Assert.False(FirstCommitRules.IsExecutable("#"u8.ToArray()));
    }

    private static GitFirstCommit Of(params string[] paths) => new("main", "x", paths.ToDictionary(path => path, _ => ReadOnlyMemory<byte>.Empty));
}
