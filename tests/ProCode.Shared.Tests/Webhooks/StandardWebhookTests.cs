using System.Text;
using ProCode.Results;

namespace ProCode.Webhooks;

public sealed class StandardWebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();

    // The first is the specification's own example. The others, and it, were computed with Python's hmac module and openssl:
    // printf 'x.0.' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf 'ff%.0s' $(seq 24)) -binary | base64
    [Theory]
    [InlineData(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(OtherSecret, "dep-1-settled", 1750000000, """{"message":"übergabe"}""", "v1,0U8rgEGWUGSw06zNodlubmNmnmF2RMJvaE8YIO62+0E=")]
    [InlineData("whsec_////////////////////////////////", "x", 0, "", "v1,Z56w/dpslcCUSWPP4+gvVYTit8/UjIf0doulQsxxI7Q=")]
    public void Sign_KnownVector_GivesItsSignature(string secret, string id, long timestamp, string body, string signature)
    {
        var headers = StandardWebhook.Sign(secret, id, DateTimeOffset.FromUnixTimeSeconds(timestamp), Encoding.UTF8.GetBytes(body));

        Assert.Equal(new WebhookHeaders(id, timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture), signature), headers);
    }

    [Fact]
    public void NewSecret_Twice_GivesTwoThatSign()
    {
        var (one, two) = (StandardWebhook.NewSecret(), StandardWebhook.NewSecret());

        Assert.NotEqual(one, two);
        Assert.Equal(32, Convert.FromBase64String(one["whsec_".Length..]).Length);
        Assert.True(Verify([one], StandardWebhook.Sign(one, "id", Now, Body)).Succeeded);
        Assert.False(Verify([two], StandardWebhook.Sign(one, "id", Now, Body)).Succeeded);
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Verify_Age_IsAtMostFiveMinutesEitherWay(int seconds, bool valid) =>
        Assert.Equal(valid, Verify([Secret], StandardWebhook.Sign(Secret, "id", Now.AddSeconds(seconds), Body)).Succeeded);

    [Fact]
    public void Verify_OneOfSeveralSecretsAndSignatures_IsEnough()
    {
        var headers = StandardWebhook.Sign(Secret, "id", Now, Body);
        var several = headers with { Signature = $"v1a,AAAA v1,AAAA {StandardWebhook.Sign(OtherSecret, "id", Now, Body).Signature}  {headers.Signature}" };

        Assert.True(Verify([OtherSecret, Secret], headers).Succeeded);
        Assert.True(Verify([Secret], several).Succeeded);
    }

    public static TheoryData<string, string, string> Wrong()
    {
        var (id, timestamp, signature) = StandardWebhook.Sign(Secret, "id", Now, Body);
        return new()
        {
            { "", timestamp, signature },
            { "other", timestamp, signature },
            { "id.5", timestamp, signature },
            { id, "", signature },
            { id, "1614265331", signature },
            { id, " 1614265330", signature },
            { id, "+1614265330", signature },
            { id, "1614265330.0", signature },
            { id, "-9223372036854775808", signature },
            { id, "9223372036854775807", signature },
            { id, "99999999999999999999", signature },
            { id, timestamp, "" },
            { id, timestamp, "v1," },
            { id, timestamp, "v1,not base64" },
            { id, timestamp, "v1,AAAA" },
            { id, timestamp, signature["v1,".Length..] },
            { id, timestamp, "v2" + signature[2..] },
            { id, timestamp, signature + "AAAA" },
            { id, timestamp, StandardWebhook.Sign(OtherSecret, "id", Now, Body).Signature },
        };
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Verify_WrongHeader_IsRefused(string id, string timestamp, string signature)
    {
        var result = Verify([Secret], new WebhookHeaders(id, timestamp, signature));

        Assert.Equal(WebhookErrors.SignatureInvalid, result.Error?.Code);
    }

    [Fact]
    public void Verify_ChangedBody_IsRefused() =>
        Assert.False(StandardWebhook.Verify([Secret], StandardWebhook.Sign(Secret, "id", Now, Body), "{}"u8, new Clock()).Succeeded);

    [Fact]
    public void Verify_NoSecret_IsRefused() => Assert.False(Verify([], StandardWebhook.Sign(Secret, "id", Now, Body)).Succeeded);

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64")]
    [InlineData("whsec_//////////////////////////////8=")]
    public void Sign_NoSuchSecret_ThrowsWithoutShowingIt(string secret)
    {
        var thrown = Assert.Throws<ArgumentException>(() => StandardWebhook.Sign(secret, "id", Now, Body));

        Assert.DoesNotContain(secret.Length > 6 ? secret : "\0", thrown.ToString(), StringComparison.Ordinal);
    }

    private static Result<Done> Verify(string[] secrets, WebhookHeaders headers) => StandardWebhook.Verify(secrets, headers, Body, new Clock());

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
