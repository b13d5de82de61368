using static ProCode.Deliveries.HookSamples;

namespace ProCode.Deliveries;

/// <summary>Headers and fields: help.gitee.com/webhook/gitee-webhook-push-data-format; signature: help.gitee.com/webhook/how-to-verify-webhook-keys.</summary>
public sealed class GiteeHooksTests
{
    private const string At0 = "1772352000000";

    // Computed with Python's hmac module.
    private const string Signature0 = "/Fue8nPdt6QRpCim2fNUQY9x8zdDoqAJuWmdR8HX/d8=";
    private const string At123 = "1772352000123";
    private const string Signature123 = "8zPCl6YJ355rNhGT4Dn6Ed2IhG0YZKBiClgjwIv+XKQ=";

    private readonly GiteeHooks _dialect = new();

    [Theory]
    [InlineData(At0, Signature0)]
    [InlineData(At123, Signature123)]
    [InlineData(At0, "%2FFue8nPdt6QRpCim2fNUQY9x8zdDoqAJuWmdR8HX%2Fd8%3D")]
    [InlineData(At123, "8zPCl6YJ355rNhGT4Dn6Ed2IhG0YZKBiClgjwIv%2BXKQ%3D")]
    [InlineData(At0, Secret)]
    public void IsAuthentic_SignatureOrPassword_IsTrue(string timestamp, string token)
    {
        Assert.True(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Token", token), ("X-Gitee-Timestamp", timestamp)), [Secret], At(Now)));
        Assert.True(_dialect.IsAuthentic(Request(Push, ("x-gitee-token", token), ("x-gitee-timestamp", timestamp)), [Other, Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Token", token), ("X-Gitee-Timestamp", timestamp)), [Other], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Token", token), ("X-Gitee-Timestamp", timestamp)), [], At(Now)));
    }

    [Theory]
    [InlineData(At123, Signature0)]
    [InlineData(At0, "")]
    [InlineData(At0, "%")]
    [InlineData(At0, "%ZZ")]
    [InlineData(At0, Signature0 + ", " + Signature0)]
    [InlineData("", Secret)]
    [InlineData("now", Secret)]
    [InlineData("-1772352000000", Secret)]
    [InlineData("1772352000", Secret)] // Seconds: long ago.
    [InlineData("99999999999999999999", Secret)]
    public void IsAuthentic_WrongOrWithoutItsTime_IsFalse(string timestamp, string token) =>
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Token", token), ("X-Gitee-Timestamp", timestamp)), [Secret], At(Now)));

    [Fact]
    public void IsAuthentic_NoOrTwoHeaders_IsFalse()
    {
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Token", Secret)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Gitee-Timestamp", At0)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(
            Request(Push, ("X-Gitee-Token", Secret), ("X-Gitee-Token", Signature0), ("X-Gitee-Timestamp", At0)), [Secret], At(Now)));
    }

    [Theory]
    [InlineData(Signature0)]
    [InlineData(Secret)]
    public void IsAuthentic_OutsideTheHour_IsFalse(string token)
    {
        var request = Request(Push, ("X-Gitee-Token", token), ("X-Gitee-Timestamp", At0));

        Assert.True(_dialect.IsAuthentic(request, [Secret], At(Now.AddHours(1))));
        Assert.True(_dialect.IsAuthentic(request, [Secret], At(Now.AddHours(-1))));
        Assert.False(_dialect.IsAuthentic(request, [Secret], At(Now.AddHours(1).AddMilliseconds(1))));
        Assert.False(_dialect.IsAuthentic(request, [Secret], At(Now.AddHours(-1).AddMilliseconds(-1))));
    }

    [Fact]
    public void IdentityOf_TheSameAgain_IsTheSameUnlessTimeOrBodyDiffer()
    {
        var first = _dialect.IdentityOf(Request(Push, ("X-Gitee-Timestamp", At0)));

        Assert.Equal(first, _dialect.IdentityOf(Request(Push, ("X-Gitee-Timestamp", At0))));
        Assert.NotEqual(first, _dialect.IdentityOf(Request(Push, ("X-Gitee-Timestamp", At123))));
        Assert.NotEqual(first, _dialect.IdentityOf(Request(Push + " ", ("X-Gitee-Timestamp", At0))));
    }

    [Theory]
    [InlineData("Push Hook", "push_hooks", "refs/heads/feature/x", HookEventKind.PUSH)]
    [InlineData("Tag Push Hook", "tag_push_hooks", "refs/tags/v1.0.0", HookEventKind.TAG_PUSH)]
    [InlineData("push_hooks", "push_hooks", "refs/heads/main", HookEventKind.PUSH)]
    public void Read_APush_GivesItsHints(string header, string name, string reference, HookEventKind expected)
    {
        var body = $$"""
            {"hook_name":"{{name}}","password":"pwd","hook_id":1,"hook_url":"https://gitee.com/o/r/hooks/1/edit","timestamp":"1576754827988","sign":"",
             "ref":"{{reference}}","before":"0000000000000000000000000000000000000000","after":"1cdcd819599cbb4099289dbbec762452f006cb40",
             "created":true,"deleted":false,"total_commits_count":0,"commits":[],"head_commit":null,"repository":{"id":1},"project":{"id":1} }
            """;

        Assert.Equal(
            new HookEvent(expected, reference, null, "1cdcd819599cbb4099289dbbec762452f006cb40"),
            _dialect.Read(Request(body, ("X-Gitee-Event", header), ("X-Gitee-Ping", "false"))));
    }

    [Fact]
    public void Read_APing_IsOneWhateverEventItTriesOut() =>
        Assert.Equal(HookEventKind.PING, _dialect.Read(Request(Push, ("X-Gitee-Event", "Push Hook"), ("X-Gitee-Ping", "true"))).Kind);

    [Theory]
    [InlineData("Merge Request Hook")]
    [InlineData("Issue Hook")]
    [InlineData("")]
    public void Read_AForeignEvent_IsIgnored(string header)
    {
        var read = _dialect.Read(Request(Push, ("X-Gitee-Event", header)));
        Assert.Equal((HookEventKind.OTHER, null), (read.Kind, read.Ref));
    }

    [Theory]
    [MemberData(nameof(Unreadable), MemberType = typeof(HookSamples))]
    public void Read_NoPush_IsIgnored(string body) => Assert.NotNull(_dialect.Read(Request(body, ("X-Gitee-Event", "Push Hook"))).IgnoredBecause);
}
