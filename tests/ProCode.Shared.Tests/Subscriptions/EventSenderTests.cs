using System.Net;
using System.Text;
using ProCode.Outbound;
using ProCode.Subscriptions;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Shared.Tests.Subscriptions;

public sealed class EventSenderTests
{
    private const string Payload = """{"id":"evt-1"}""";

    private static readonly string[] Secrets = [StandardWebhook.NewSecret(), StandardWebhook.NewSecret()];

    [Fact]
    public async Task SendAsync_ToAServer_IsAPostThatEachSecretVerifies()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        using var http = Client(privateNetworks: true);

        var attempt = await SendAsync(http, receiver.Url.ToString());

        Assert.Equal((200, null, true), (attempt.StatusCode, attempt.Error, attempt.Succeeded()));
        var got = Assert.Single(receiver.Requests);
        Assert.Equal(("POST", Payload, "application/json; charset=utf-8"), (got.Method, got.Body, got.Headers["Content-Type"]));
        var headers = new WebhookHeaders(got.Headers["webhook-id"], got.Headers["webhook-timestamp"], got.Headers["webhook-signature"]);
        foreach (var secret in Secrets)
            Assert.True(StandardWebhook.Verify([secret], headers, Encoding.UTF8.GetBytes(got.Body), TimeProvider.System).Succeeded);
    }

    [Fact]
    public async Task SendAsync_ToAPrivateAddressThatIsNotAllowed_ConnectsToNobody()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        using var http = Client(privateNetworks: false);

        var attempt = await SendAsync(http, receiver.Url.ToString());

        Assert.Equal((null, false), (attempt.StatusCode, attempt.Succeeded()));
        Assert.Contains("may not be called", attempt.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task SendAsync_AnsweredWithARedirect_IsNotFollowed()
    {
        var asked = 0;
        using var http = Answering(_ =>
        {
            asked++;
            var moved = new HttpResponseMessage(HttpStatusCode.TemporaryRedirect);
            moved.Headers.Location = new Uri("https://elsewhere.test/");
            return Task.FromResult(moved);
        });

        var attempt = await SendAsync(http, "https://receiver.test/");

        Assert.Equal((307, false, 1), (attempt.StatusCode, attempt.Succeeded(), asked));
    }

    [Fact]
    public async Task SendAsync_AnEndlessAnswer_IsReadToItsLimitAndKeptInPart()
    {
        var body = new Endless();
        using var http = Answering(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) }));

        var attempt = await SendAsync(http, "https://receiver.test/");

        Assert.Equal((200, new string('x', 500)), (attempt.StatusCode, attempt.Answer));
        Assert.InRange(body.Read, 1, 64 * 1024);
    }

    [Fact]
    public async Task SendAsync_NoAnswerInTime_IsAFailedAttempt()
    {
        using var http = Answering(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        });

        var attempt = await SendAsync(http, "https://receiver.test/", TimeSpan.FromMilliseconds(1));

        Assert.Null(attempt.StatusCode);
        Assert.StartsWith("No answer within", attempt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_OurOwnStop_IsNoAttemptAtAll()
    {
        using var stop = new CancellationTokenSource();
        using var http = Answering(async cancellation =>
        {
            stop.Cancel();
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new EventSender(http, TimeProvider.System).SendAsync("https://receiver.test/", "evt-1", Payload, Secrets, stop.Token));
    }

    private static Task<EventAttempt> SendAsync(HttpClient http, string url, TimeSpan? limit = null) =>
        new EventSender(http, TimeProvider.System) { Limit = limit ?? TimeSpan.FromSeconds(15) }.SendAsync(url, "evt-1", Payload, Secrets, default);

    private static HttpClient Client(bool privateNetworks) => new(OutboundHandler.Create(new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = privateNetworks })));

    private static HttpClient Answering(Func<CancellationToken, Task<HttpResponseMessage>> answer) => new(new Handler(answer));

    private sealed class Handler(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(cancellationToken);
    }

    /// <summary>A body that never ends.</summary>
    private sealed class Endless : MemoryStream
    {
        public new int Read { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Read += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
