using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using ProCode.Credentials;

namespace ProCode.Shared.Tests.Credentials;

/// <summary>The real Key Vault client, talking to a vault that lives in this file.</summary>
public sealed class KeyVaultKeysTests : IDisposable
{
    private readonly Vault _vault = new();
    private readonly HttpClient _http;
    private readonly MovableTime _time = new();
    private readonly KeyVaultKeys _keys;

    public KeyVaultKeysTests()
    {
        _http = new HttpClient(_vault);
        var client = new SecretClient(
            new Uri("https://test.vault.azure.net"), new Token(), new SecretClientOptions { Transport = new HttpClientTransport(_http), Retry = { MaxRetries = 0 } });
        _keys = new KeyVaultKeys(client, "keys", _time);
        _vault.Add("version1", RandomNumberGenerator.GetBytes(32));
    }

    [Fact]
    public async Task GetNewestAsync_NewVersion_IsSeenAfterFiveMinutesAndTheOldOneStays()
    {
        Assert.Equal("version1", (await _keys.GetNewestAsync(Cancellation)).Id);
        _vault.Add("version2", RandomNumberGenerator.GetBytes(32));
        Assert.Equal("version1", (await _keys.GetNewestAsync(Cancellation)).Id);
        _time.Move(TimeSpan.FromMinutes(5));

        Assert.Equal("version2", (await _keys.GetNewestAsync(Cancellation)).Id);
        Assert.Equal("version1", (await _keys.FindAsync("version1", Cancellation))?.Id);
    }

    [Fact]
    public async Task FindAsync_KnownVersion_IsReadOnce()
    {
        await _keys.FindAsync("version1", Cancellation);
        var before = _vault.Reads;
        await _keys.FindAsync("version1", Cancellation);

        Assert.Equal(before, _vault.Reads);
    }

    [Fact]
    public async Task FindAsync_UnknownVersion_IsNull() => Assert.Null(await _keys.FindAsync("version9", Cancellation));

    [Fact]
    public async Task GetNewestAsync_SecretThatIsNoKey_IsRefusedWithoutItsValue()
    {
        _vault.Add("version2", Encoding.ASCII.GetBytes("too short"));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await _keys.GetNewestAsync(Cancellation));
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.ASCII.GetBytes("too short")), failure.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _vault.Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed class MovableTime : TimeProvider
    {
        private long _ticks;

        public void Move(TimeSpan by) => _ticks += by.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;
    }

    private sealed class Token : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class Vault : HttpMessageHandler
    {
        private readonly List<(string Version, string Value)> _versions = [];

        public int Reads { get; private set; }

        public void Add(string version, byte[] value) => _versions.Add((version, Convert.ToBase64String(value)));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is null)
            {
                var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("") };
                challenge.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer authorization=\"https://login.example.com/tenant\", resource=\"https://vault.azure.net\"");
                return Task.FromResult(challenge);
            }

            Reads++;
            var wanted = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is [_, _, var version] ? version : _versions[^1].Version;
            var found = _versions.Find(entry => entry.Version == wanted);
            return Task.FromResult(found.Value is null
                ? new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("""{"error":{"code":"SecretNotFound","message":"none"}}""") }
                : new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent($$"""{"value":"{{found.Value}}","id":"https://test.vault.azure.net/secrets/keys/{{wanted}}"}"""),
                });
        }
    }
}
