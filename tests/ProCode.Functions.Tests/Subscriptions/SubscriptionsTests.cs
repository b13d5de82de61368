using System.Net;
using System.Text;
using System.Text.Json;
using ProCode.Dev.Api;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Functions.Tests.Subscriptions;

public sealed class SubscriptionsTests(SharedStack stack)
{
    [Fact]
    public async Task Subscriptions_FromCreationToReplay_TellTheReceiver()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var path = await PathAsync();
        var body = new { url = receiver.Url.ToString(), events = new[] { "pipeline.status_changed" } };

        // Repeated under its key it is the same one, and its secret is shown again, from the row.
        var made = await SendAsync(HttpMethod.Post, path, body, key: "create");
        var repeated = await SendAsync(HttpMethod.Post, path, body, key: "create");
        Assert.Equal((HttpStatusCode.Created, made.Data.GetRawText()), (made.Status, repeated.Data.GetRawText()));
        var (one, secret) = ($"{path}/{made.Data.GetProperty("id").GetInt64()}", Text(made, "secret"));

        var pinged = await SendAsync(HttpMethod.Post, $"{one}/ping");
        Assert.Equal((HttpStatusCode.Accepted, "ping"), (pinged.Status, Text(pinged, "type")));
        await SettledAsync(one, "DELIVERED", attempts: 1);
        var first = Assert.Single(receiver.Requests);
        Assert.True(Verifies(first, secret));
        Assert.Equal(Text(pinged, "eventId"), first.Headers["webhook-id"]);
        using var payload = JsonDocument.Parse(first.Body);
        Assert.True(JsonElement.DeepEquals(pinged.Data.GetProperty("event"), payload.RootElement));

        // Both secrets sign after a rotation, which happens once under its key.
        var rotated = await SendAsync(HttpMethod.Post, $"{one}/rotate-secret", key: "rotate");
        Assert.Equal(Text(rotated, "secret"), Text(await SendAsync(HttpMethod.Post, $"{one}/rotate-secret", key: "rotate"), "secret"));
        var delivery = $"{one}/deliveries/{Text(pinged, "id")}/replay";
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Post, delivery)).Status);
        await SettledAsync(one, "DELIVERED", attempts: 2);
        var second = receiver.Requests.Last();
        Assert.Equal((true, true, first.Headers["webhook-id"]), (Verifies(second, secret), Verifies(second, Text(rotated, "secret")), second.Headers["webhook-id"]));

        // A receiver that is gone makes a dead letter, and is left alone.
        receiver.Answer = HttpStatusCode.Gone;
        await SendAsync(HttpMethod.Post, delivery);
        await SettledAsync(one, "DEAD", attempts: 3);
        var disabled = await SendAsync(HttpMethod.Get, one);
        Assert.False(disabled.Data.GetProperty("enabled").GetBoolean());
        Assert.Equal((HttpStatusCode.Conflict, 4403), Seen(await SendAsync(HttpMethod.Post, $"{one}/ping")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, one, body, match: disabled.ETag)).Status);
        receiver.Answer = HttpStatusCode.OK;
        var range = await SendAsync(HttpMethod.Post, $"{one}/replay", new { from = "2020-01-01T00:00:00Z", to = "2100-01-01T00:00:00Z" });
        Assert.Equal("""{"replayed":1,"more":false}""", range.Data.GetRawText());
        await SettledAsync(one, "DELIVERED", attempts: 4);

        var log = await SendAsync(HttpMethod.Get, $"{one}/deliveries");
        var all = made.Data.GetProperty("id").GetRawText() + log.Body + (await SendAsync(HttpMethod.Get, path)).Body + (await SendAsync(HttpMethod.Get, one)).Body;
        Assert.DoesNotContain("whsec_", all, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, one)).Status);
        Assert.Equal((HttpStatusCode.NotFound, 4401), Seen(await SendAsync(HttpMethod.Get, $"{one}/deliveries")));
    }

    [Fact]
    public async Task Subscriptions_WrongRequests_AreRefusedAndChangeNothing()
    {
        var path = await PathAsync();
        var good = new { url = "http://127.0.0.1:1/", events = new[] { "*" }, enabled = false };

        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(await SendAsync(HttpMethod.Post, path, new { good.url, events = new[] { "ping" } })));
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(await SendAsync(HttpMethod.Post, path, new { good.url, good.events, secret = "mine" })));
        Assert.Equal((HttpStatusCode.BadRequest, 1005), Seen(await SendAsync(HttpMethod.Post, path, new { url = "ftp://127.0.0.1/", good.events })));
        Assert.Equal((HttpStatusCode.BadRequest, 1005), Seen(await SendAsync(HttpMethod.Post, path, new { url = "http://169.254.169.254/", good.events })));
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await SendAsync(HttpMethod.Post, "apps/99999999/subscriptions", good)));
        Assert.Empty((await SendAsync(HttpMethod.Get, path)).Data.GetProperty("items").EnumerateArray());

        var one = $"{path}/{(await SendAsync(HttpMethod.Post, path, good)).Data.GetProperty("id").GetInt64()}";
        var read = await SendAsync(HttpMethod.Get, one);
        Assert.Equal((HttpStatusCode.PreconditionFailed, 41201), Seen(await SendAsync(HttpMethod.Put, one, good, match: "\"other\"")));
        Assert.Equal((HttpStatusCode.PreconditionFailed, 41201), Seen(await SendAsync(HttpMethod.Delete, one, match: "\"other\"")));
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(await SendAsync(HttpMethod.Post, $"{one}/replay", new { from = "2026-01-02T00:00:00Z", to = "2026-01-01T00:00:00Z" })));
        Assert.Equal((HttpStatusCode.Conflict, 4403), Seen(await SendAsync(HttpMethod.Post, $"{one}/deliveries/x/replay")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, one, new { good.url, good.events })).Status);
        Assert.Equal((HttpStatusCode.NotFound, 4404), Seen(await SendAsync(HttpMethod.Post, $"{one}/deliveries/x/replay")));
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(await SendAsync(HttpMethod.Get, $"{one}/deliveries?status=LOST")));
        Assert.NotEqual(read.ETag, (await SendAsync(HttpMethod.Get, one)).ETag);
    }

    private async Task<string> PathAsync() =>
        $"apps/{(await stack.Client.PostAsync<AppInfo>("apps", new { name = TestStack.NewName("flow"), devMode = "low-code" })).Id}/subscriptions";

    private Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body = null, string? key = null, string? match = null) =>
        stack.Client.SendAsync(method, path, body, request =>
        {
            if (key is not null) request.Headers.Add("Idempotency-Key", key + path);
            if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        });

    // The only delivery, once it has been attempted so often and is settled so.
    private Task SettledAsync(string subscription, string status, int attempts) => WaitFor.Async(
        async () =>
        {
            var items = (await SendAsync(HttpMethod.Get, $"{subscription}/deliveries?status={status}")).Data.GetProperty("items");
            return items.GetArrayLength() == 1 && items[0].GetProperty("attempts").GetArrayLength() == attempts;
        },
        what: $"{status} after {attempts} attempts");

    private static bool Verifies(ReceivedRequest request, string secret)
    {
        var headers = new WebhookHeaders(request.Headers["webhook-id"], request.Headers["webhook-timestamp"], request.Headers["webhook-signature"]);
        return StandardWebhook.Verify([secret], headers, Encoding.UTF8.GetBytes(request.Body), TimeProvider.System).Succeeded;
    }

    private static string Text(ApiAnswer answer, string name) => answer.Data.GetProperty(name).GetString()!;

    private static (HttpStatusCode Status, int? Code) Seen(ApiAnswer answer) => (answer.Status, answer.Code);
}
