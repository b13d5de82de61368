using ProCode.Iterations;

namespace ProCode.Apps;

public sealed class TestBranchPatternTests
{
    [Theory]
    [InlineData("test/iteration-{iteration}", 7, "spring", "test/iteration-7")]
    [InlineData("test/{name}/{iteration}", 7, "Spring Release 2.0!", "test/spring-release-2-0/7")]
    [InlineData("{iteration}-{name}", 7, "第一个迭代", "7-iteration")]
    [InlineData("{iteration}-{name}", 7, "..//..", "7-iteration")]
    [InlineData("{iteration}-{name}", 7, "a name that is much too long", "7-a-name-that-is-much")]
    [InlineData("{name}.{iteration}", long.MaxValue, "HEAD.lock", "head-lock.9223372036854775807")]
    public void BranchFor_AnIteration_IsABranchThatGitAllows(string pattern, long id, string name, string expected)
    {
        Assert.Empty(TestBranchPattern.Problems(pattern));
        Assert.Equal(expected, TestBranchPattern.BranchFor(pattern, id, name));
        Assert.True(BranchName.IsValid(expected));
        Assert.True(expected.Length <= Iteration.MaxBranchLength);
    }

    [Theory]
    [InlineData("test", "{iteration}")]
    [InlineData("test/{name}", "{iteration}")]
    [InlineData("{iteration}{name}", "no other placeholder")]
    [InlineData("test/{major}", "letters, digits")]
    [InlineData("/{iteration}", "git allows")]
    [InlineData("test~{iteration}", "letters, digits")]
    [InlineData("{iteration}/", "git allows")]
    public void Problems_AnUnusablePattern_AreSaid(string pattern, string problem) =>
        Assert.Contains(TestBranchPattern.Problems(pattern), said => said.Contains(problem, StringComparison.Ordinal));
}
