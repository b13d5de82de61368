using System.Text;
using ProCode.Webhooks;
using static ProCode.Deliveries.HookSamples;

namespace ProCode.Deliveries;

/// <summary>Headers: docs.gitlab.com/user/project/integrations/webhooks; fields: …/webhook_events (push events, tag events, work item events).</summary>
public sealed class GitLabHooksTests
{
    private readonly GitLabHooks _dialect = new();

    // Computed with Python's hmac module.
    [Fact]
    public void IsAuthentic_SignedByStandardWebhooks_IsTrue() => Assert.True(_dialect.IsAuthentic(
        Request(Push, ("webhook-id", "evt-1"), ("webhook-timestamp", "1772352000"), ("webhook-signature", "v1,TAQmd+baT5C0S9wocE0uRrGwrRnSXovMFzQeNFZw6xU=")),
        [Other, Secret], At(Now)));

    [Fact]
    public void IsAuthentic_TheToken_IsComparedWhole()
    {
        Assert.True(_dialect.IsAuthentic(Request(Push, ("x-gitlab-token", Secret)), [Other, Secret], At(Now)));
        foreach (var wrong in (string[])["", " ", Secret[..^1], Secret + "=", Secret.ToUpperInvariant(), Other, $"{Secret}, {Secret}"])
            Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitlab-Token", wrong)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitlab-Token", Secret), ("X-Gitlab-Token", Secret)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitlab-Token", Secret)), [], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push), [""], At(Now)));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void IsAuthentic_SignedTooLongAgoOrAhead_IsFalse(int seconds)
    {
        Assert.True(_dialect.IsAuthentic(Signed(Now.AddSeconds(seconds - Math.Sign(seconds))), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Signed(Now.AddSeconds(seconds)), [Secret], At(Now)));
    }

    // Who signs wrongly isn't let in by a token that goes along.
    [Fact]
    public void IsAuthentic_AWrongSignatureBesideTheRightToken_IsFalse() => Assert.False(_dialect.IsAuthentic(
        Request(Push, ("webhook-id", "evt-1"), ("webhook-timestamp", "1772352000"), ("webhook-signature", "v1,AAAA"), ("X-Gitlab-Token", Secret)), [Secret], At(Now)));

    [Fact]
    public void IsAuthentic_SignatureHeaderTwice_IsFalse()
    {
        var signed = Signed(Now);
        signed.Headers["webhook-signature"] = new([signed.Header("webhook-signature"), signed.Header("webhook-signature")]);
        Assert.False(_dialect.IsAuthentic(signed, [Secret], At(Now)));
    }

    [Fact]
    public void IdentityOf_EachKind_IsWhatStaysWhenItIsSentAgain()
    {
        Assert.Equal("msg-1", _dialect.IdentityOf(Request(Push, ("webhook-id", "msg-1"), ("webhook-signature", "v1,x"), ("Idempotency-Key", "key"))));

        // An id that nobody signed is not looked at.
        Assert.Equal("key", _dialect.IdentityOf(Request(Push, ("webhook-id", "msg-1"), ("Idempotency-Key", "key"), ("X-Gitlab-Event-UUID", "uuid"))));

        // Webhooks that set each other off share the event's UUID.
        var (one, two) = (Request(Push, ("X-Gitlab-Event-UUID", "uuid")), Request(Push + " ", ("X-Gitlab-Event-UUID", "uuid")));
        Assert.NotEqual(_dialect.IdentityOf(one), _dialect.IdentityOf(two));
        Assert.Equal(_dialect.IdentityOf(one), _dialect.IdentityOf(Request(Push, ("x-gitlab-event-uuid", "uuid"))));
    }

    [Theory]
    [InlineData("Push Hook", "push", "refs/heads/main", HookEventKind.PUSH)]
    [InlineData("Tag Push Hook", "tag_push", "refs/tags/v1.0.0", HookEventKind.TAG_PUSH)]
    public void Read_APush_GivesItsHints(string header, string kind, string reference, HookEventKind expected)
    {
        var body = $$"""
            {"object_kind":"{{kind}}","event_name":"{{kind}}","before":"95790bf891e76fee5e1747ab589903a6a1f80f22",
             "after":"da1560886d4f094c3e6c9ef40349f7d38b5d27d7","ref":"{{reference}}","ref_protected":true,"checkout_sha":"da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
             "user_id":4,"project_id":15,"project":{"id":15,"default_branch":"main"},"commits":[],"total_commits_count":4}
            """;

        Assert.Equal(
            new HookEvent(expected, reference, "95790bf891e76fee5e1747ab589903a6a1f80f22", "da1560886d4f094c3e6c9ef40349f7d38b5d27d7"),
            _dialect.Read(Request(body, ("X-Gitlab-Event", header))));
    }

    [Theory]
    [InlineData("Issue Hook")]
    [InlineData("Merge Request Hook")]
    [InlineData("System Hook")]
    [InlineData("")]
    public void Read_AForeignEvent_IsIgnored(string header)
    {
        var read = _dialect.Read(Request("""{"object_kind":"issue","object_attributes":{"id":301},"ref":"refs/heads/main"}""", ("X-Gitlab-Event", header)));
        Assert.Equal((HookEventKind.OTHER, null), (read.Kind, read.Ref));
        Assert.NotNull(read.IgnoredBecause);
    }

    [Theory]
    [MemberData(nameof(Unreadable), MemberType = typeof(HookSamples))]
    public void Read_NoPush_IsIgnored(string body) => Assert.NotNull(_dialect.Read(Request(body, ("X-Gitlab-Event", "Push Hook"))).IgnoredBecause);

    private static HookRequest Signed(DateTimeOffset at)
    {
        var headers = StandardWebhook.Sign(Secret, "evt-1", at, Encoding.UTF8.GetBytes(Push));
        return Request(Push, ("webhook-id", headers.Id), ("webhook-timestamp", headers.Timestamp), ("webhook-signature", headers.Signature));
    }
}
