using ProCode.Iterations;

namespace ProCode.Apps;

public sealed class TagPatternTests
{
    [Theory]
    [InlineData("v{major}.{minor}.{patch}")]
    [InlineData("{major}.{minor}.{patch}")]
    [InlineData("release/{major}")]
    [InlineData("agent-{major}.{minor}-final")]
    [InlineData("{minor}-{major}")]
    public void Problems_AUsablePattern_AreNone(string pattern)
    {
        Assert.Empty(TagPattern.Problems(pattern));
        Assert.True(TagPattern.Matches(pattern, TagPattern.Example(pattern)));
        Assert.True(BranchName.IsValid(TagPattern.Example(pattern)));
    }

    [Theory]
    [InlineData("", "1 to 60 characters")]
    [InlineData("v{minor}", "{major}")]
    [InlineData("v", "{major}")]
    [InlineData("v{major}.{major}", "once at most")]
    [InlineData("v{major}{minor}", "no other placeholder")]
    [InlineData("v1{major}", "no digit")]
    [InlineData("v{major}0", "no digit")]
    [InlineData("v{major}.{name}", "letters, digits")]
    [InlineData("v{major", "letters, digits")]
    [InlineData("v{major}}", "letters, digits")]
    [InlineData("v{Major}", "letters, digits")]
    [InlineData("v {major}", "letters, digits")]
    [InlineData("v{major}.*", "letters, digits")]
    [InlineData("v{major}\n", "letters, digits")]
    [InlineData("é{major}", "letters, digits")]
    [InlineData("-{major}", "git allows")]
    [InlineData("v..{major}", "git allows")]
    [InlineData("v{major}.lock", "git allows")]
    [InlineData("v//{major}", "git allows")]
    public void Problems_AnUnusablePattern_AreSaid(string pattern, string problem) =>
        Assert.Contains(TagPattern.Problems(pattern), said => said.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Problems_ALongPattern_AreSaid() => Assert.NotEmpty(TagPattern.Problems("{major}" + new string('x', NamePattern.MaxLength)));

    [Theory]
    [InlineData("v{major}.{minor}.{patch}", "v0.0.0", true)]
    [InlineData("v{major}.{minor}.{patch}", "v999999999.1.0", true)]
    [InlineData("v{major}.{minor}.{patch}", "v1000000000.1.0", false)]
    [InlineData("v{major}.{minor}.{patch}", "v1.2", false)]
    [InlineData("v{major}.{minor}.{patch}", "v1.2.", false)]
    [InlineData("v{major}.{minor}.{patch}", "v1.2.3.4", false)]
    [InlineData("v{major}.{minor}.{patch}", "V1.2.3", false)]
    [InlineData("v{major}.{minor}.{patch}", "v01.2.3", false)]
    [InlineData("v{major}.{minor}.{patch}", "v1.2.٣", false)]
    [InlineData("v{major}.{minor}.{patch}", "", false)]
    [InlineData("release/{major}", "release/12", true)]
    [InlineData("release/{major}", "release/", false)]
    [InlineData("release/{major}", "xrelease/12", false)]
    public void Matches_ATag_AsThePatternSays(string pattern, string tag, bool expected) => Assert.Equal(expected, TagPattern.Matches(pattern, tag));
}
