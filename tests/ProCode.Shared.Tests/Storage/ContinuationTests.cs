using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class ContinuationTests
{
    private const string Token = "1!16!cGFydGl0aW9u 1!8!cm93";

    [Fact]
    public void TryDecode_OwnToken_GivesItBack()
    {
        Assert.True(Continuation.TryDecode("apps", Continuation.Encode("apps", Token), out var token));
        Assert.Equal(Token, token);
    }

    [Fact]
    public void Encode_Token_FitsIntoAUrl()
    {
        var text = Continuation.Encode("apps", Token);

        Assert.Equal(text, Uri.EscapeDataString(text));
    }

    [Fact]
    public void TryDecode_TokenOfAnotherList_IsRefused() => Assert.False(Continuation.TryDecode("pipelines", Continuation.Encode("apps", Token), out _));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAA")]
    [InlineData("not base64!")]
    [InlineData("%00%ff")]
    public void TryDecode_Garbage_IsRefused(string garbage) => Assert.False(Continuation.TryDecode("apps", garbage, out _));

    [Fact]
    public void TryDecode_ChangedToken_IsRefused()
    {
        var text = Continuation.Encode("apps", Token);

        Assert.All(Enumerable.Range(0, text.Length - 1), at =>
            Assert.False(Continuation.TryDecode("apps", $"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}", out _)));
    }

    [Fact]
    public void TryDecode_EndlessText_IsRefused() => Assert.False(Continuation.TryDecode("apps", new string('A', 100_000), out _));
}
