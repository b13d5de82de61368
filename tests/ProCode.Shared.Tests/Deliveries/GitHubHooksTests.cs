using static ProCode.Deliveries.HookSamples;

namespace ProCode.Deliveries;

/// <summary>Headers and fields: docs.github.com/en/webhooks/webhook-events-and-payloads (delivery headers, push, ping, issues, delete).</summary>
public sealed class GitHubHooksTests
{
    private const string Signature = "sha256=65b3ceadd4fefa438c3fb3e127962299d18bad1f1038ab2926b0657ad81e1486";

    private readonly GitHubHooks _dialect = new();

    // The first is the documentation's own example (…/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation);
    // the second was computed with Python's hmac module.
    [Theory]
    [InlineData("It's a Secret to Everybody", "Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData(Secret, Push, Signature)]
    public void IsAuthentic_KnownVector_IsTrue(string secret, string body, string signature) =>
        Assert.True(_dialect.IsAuthentic(Request(body, ("X-Hub-Signature-256", signature)), [secret], At(Now)));

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=65b3")]
    [InlineData("65b3ceadd4fefa438c3fb3e127962299d18bad1f1038ab2926b0657ad81e1486")]
    [InlineData("sha1=65b3ceadd4fefa438c3fb3e127962299d18bad1f1038ab2926b0657ad81e1486")]
    [InlineData("sha256=75b3ceadd4fefa438c3fb3e127962299d18bad1f1038ab2926b0657ad81e1486")]
    [InlineData(Signature + ", " + Signature)] // Two headers, as the host joins them.
    [InlineData(" " + Signature)]
    public void IsAuthentic_WrongSignature_IsFalse(string signature) =>
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Hub-Signature-256", signature)), [Secret], At(Now)));

    [Fact]
    public void IsAuthentic_NoHeaderTwoHeadersOldHeaderOrNoSecret_IsFalse()
    {
        Assert.False(_dialect.IsAuthentic(Request(Push), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Hub-Signature-256", Signature), ("X-Hub-Signature-256", Signature)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Hub-Signature", Signature)), [Secret], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Hub-Signature-256", Signature)), [], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push + " ", ("X-Hub-Signature-256", Signature)), [Secret], At(Now)));
    }

    [Fact]
    public void IsAuthentic_AnyOfTheSecretsAndAnyCase_IsTrue()
    {
        Assert.True(_dialect.IsAuthentic(Request(Push, ("x-hub-signature-256", Signature)), [Other, Secret], At(Now)));
        Assert.True(_dialect.IsAuthentic(Request(Push, ("X-HUB-SIGNATURE-256", "sha256=" + Signature[7..].ToUpperInvariant())), [Secret, Other], At(Now)));
        Assert.False(_dialect.IsAuthentic(Request(Push, ("X-Hub-Signature-256", Signature)), [Other], At(Now)));
    }

    [Fact]
    public void IdentityOf_SentAgainByHand_IsTheSame()
    {
        var first = _dialect.IdentityOf(Request(Push, ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")));

        Assert.Equal(first, _dialect.IdentityOf(Request(Push, ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"))));
        Assert.NotEqual(first, _dialect.IdentityOf(Request(Push, ("X-GitHub-Delivery", "82d3162e-cc78-11e3-81ab-4c9367dc0958"))));
        Assert.NotEqual(first, _dialect.IdentityOf(Request(Push + " ", ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"))));
    }

    [Fact]
    public void Read_APush_GivesItsHints()
    {
        const string Body = """
            {"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246","after":"59B20B8D5C6FF8D09518216E87BB7DD0ED2F2D76",
             "base_ref":null,"created":false,"deleted":false,"forced":true,"compare":"https://github.com/o/r/compare/a...b","commits":[],"head_commit":null,
             "repository":{"id":1,"full_name":"o/r","default_branch":"main"},"pusher":{"name":"octocat","email":"o@example.com"},"sender":{"login":"octocat"}}
            """;

        Assert.Equal(
            new HookEvent(HookEventKind.PUSH, "refs/heads/main", "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "59b20b8d5c6ff8d09518216e87bb7dd0ed2f2d76", true),
            _dialect.Read(Request(Body, ("X-GitHub-Event", "push"))));
    }

    [Fact]
    public void Read_ADeletedBranchAndANewTag_HaveNothingWhereTheHostSaysZeros()
    {
        var (zeros, commit) = (new string('0', 40), new string('a', 40));

        Assert.Equal(
            new HookEvent(HookEventKind.PUSH, "refs/heads/feature/x", commit, null, false),
            Read($$"""{"ref":"refs/heads/feature/x","before":"{{commit}}","after":"{{zeros}}","deleted":true,"forced":false}"""));
        Assert.Equal(
            new HookEvent(HookEventKind.TAG_PUSH, "refs/tags/v1.0.0", null, commit, false),
            Read($$"""{"ref":"refs/tags/v1.0.0","before":"{{zeros}}","after":"{{commit}}","created":true,"forced":false}"""));

        HookEvent Read(string body) => _dialect.Read(Request(body, ("X-GitHub-Event", "push")));
    }

    [Fact]
    public void Read_APing_IsIgnoredAsOne()
    {
        var ping = _dialect.Read(Request("""{"zen":"Design for failure.","hook_id":1,"hook":{}}""", ("X-GitHub-Event", "ping")));
        Assert.Equal(HookEventKind.PING, ping.Kind);
        Assert.NotNull(ping.IgnoredBecause);
    }

    [Theory]
    [InlineData("issues", "'issues'")]
    [InlineData("delete", "'delete'")]
    [InlineData("Push", "'Push'")]
    [InlineData("", "doesn't say")]
    public void Read_AForeignEvent_IsIgnoredByName(string name, string reason)
    {
        var foreign = _dialect.Read(Request(Push, ("X-GitHub-Event", name)));
        Assert.Equal((HookEventKind.OTHER, null), (foreign.Kind, foreign.Ref));
        Assert.Contains(reason, foreign.IgnoredBecause, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unreadable), MemberType = typeof(HookSamples))]
    public void Read_NoPush_IsIgnored(string body)
    {
        var read = _dialect.Read(Request(body, ("X-GitHub-Event", "push")));
        Assert.Equal((HookEventKind.OTHER, null), (read.Kind, read.Ref));
        Assert.NotNull(read.IgnoredBecause);
    }

    [Theory]
    [InlineData("\"before\":7,\"after\":\"xyz\",\"forced\":\"true\"")]
    [InlineData("\"before\":\"6113\",\"after\":null,\"forced\":1")]
    public void Read_HintsThatAreNone_AreLeftOut(string fields) =>
        Assert.Equal(new HookEvent(HookEventKind.PUSH, "refs/heads/main"), _dialect.Read(Request($$"""{"ref":"refs/heads/main",{{fields}}}""", ("X-GitHub-Event", "push"))));
}
