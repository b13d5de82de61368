using System.Text.RegularExpressions;

namespace ProCode.Images;

public sealed partial class ImageNamesTests
{
    [Theory]
    [InlineData("my-agent")]
    [InlineData("team/agent_1.x")]
    [InlineData("a__b--c")]
    [InlineData("0")]
    public void Repository_ValidName_StaysAsItIs(string name) => Assert.Equal(name, ImageNames.Repository(name));

    [Theory]
    [InlineData("My Agent", "my-agent-")]
    [InlineData("智能体", "app-")]
    [InlineData("", "app-")]
    [InlineData("../../etc", "etc-")]
    [InlineData("a:b@c", "a-b-c-")]
    [InlineData("-a-", "a-")]
    [InlineData("a\n", "a-")]
    [InlineData("İstanbul", "-")]
    public void Repository_AnyOtherText_BecomesAValidNameOfItsOwn(string text, string contains)
    {
        var name = ImageNames.Repository(text);

        Assert.Matches(OciRepository(), name);
        Assert.Contains(contains, name, StringComparison.Ordinal);
        Assert.NotEqual(name, ImageNames.Repository(text + " "));
        Assert.Equal(name, ImageNames.Repository(name));
    }

    [Fact]
    public void Repository_TextsThatLookAlike_StayApart()
    {
        string[] texts = ["My Agent", "my agent", "my_Agent", "MY-AGENT", "my-agent", "智能体", "助手"];

        Assert.Equal(texts.Length, texts.Select(ImageNames.Repository).Distinct().Count());
    }

    [Fact]
    public void RepositoryAndTag_VeryLongText_FitTheirLimits()
    {
        Assert.Matches(OciRepository(), ImageNames.Repository(new string('A', 5000)));
        Assert.True(ImageNames.Repository(new string('a', 5000)).Length <= 200);
        Assert.Matches(OciTag(), ImageNames.Tag(new string('a', 129)));
    }

    [Theory]
    [InlineData("v1.0.0", "v1.0.0")]
    [InlineData("1_2-3", "1_2-3")]
    public void Tag_ValidName_StaysAsItIs(string tag, string expected) => Assert.Equal(expected, ImageNames.Tag(tag));

    [Theory]
    [InlineData("release/1.0", "release-1.0-")]
    [InlineData("v1.0+build", "v1.0-build-")]
    [InlineData(".hidden", "hidden-")]
    [InlineData("版本", "tag-")]
    [InlineData("", "tag-")]
    public void Tag_AnyOtherText_BecomesAValidTagOfItsOwn(string text, string starts)
    {
        Assert.Matches(OciTag(), ImageNames.Tag(text));
        Assert.StartsWith(starts, ImageNames.Tag(text), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$")]
    private static partial Regex OciRepository();

    [GeneratedRegex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$")]
    private static partial Regex OciTag();
}
