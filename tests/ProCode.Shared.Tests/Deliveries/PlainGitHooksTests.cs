using static ProCode.Deliveries.HookSamples;

namespace ProCode.Deliveries;

/// <summary>What our own page for plain git servers promises (docs/webhooks.md).</summary>
public sealed class PlainGitHooksTests
{
    private readonly PlainGitHooks _dialect = new();

    // Computed with Python's hmac module.
    [Theory]
    [InlineData("v1,TAQmd+baT5C0S9wocE0uRrGwrRnSXovMFzQeNFZw6xU=", true)]
    [InlineData("v1,AAAA v1,TAQmd+baT5C0S9wocE0uRrGwrRnSXovMFzQeNFZw6xU=", true)]
    [InlineData("v1,UAQmd+baT5C0S9wocE0uRrGwrRnSXovMFzQeNFZw6xU=", false)]
    [InlineData("v2,TAQmd+baT5C0S9wocE0uRrGwrRnSXovMFzQeNFZw6xU=", false)]
    [InlineData("", false)]
    public void IsAuthentic_ByItsSignature(string signature, bool expected)
    {
        var request = Request(Push, ("webhook-id", "evt-1"), ("webhook-timestamp", "1772352000"), ("webhook-signature", signature));
        Assert.Equal(expected, _dialect.IsAuthentic(request, [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(request, [Other], At(Now)));
    }

    [Fact]
    public void IsAuthentic_WithASecretOfAnotherForm_IsFalse() => Assert.False(_dialect.IsAuthentic(
        Request(Push, ("webhook-id", "evt-1"), ("webhook-timestamp", "1772352000"), ("webhook-signature", "v1,AAAA")), ["not a secret", ""], At(Now)));

    [Fact]
    public void Read_OnlyARef_IsAPush() => Assert.Equal(new HookEvent(HookEventKind.PUSH, "refs/heads/main"), _dialect.Read(Request(Push)));

    [Theory]
    [MemberData(nameof(Unreadable), MemberType = typeof(HookSamples))]
    public void Read_NoPush_IsIgnored(string body) => Assert.NotNull(_dialect.Read(Request(body)).IgnoredBecause);
}
