using System.Net;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Health;

public sealed class HealthTests(SharedStack stack)
{
    [Fact]
    public async Task Health_WithoutAKey_Is200()
    {
        using var client = stack.ClientWith(null);

        var answer = await client.SendAsync(HttpMethod.Get, "/health");

        Assert.Equal((HttpStatusCode.OK, "live"), (answer.Status, answer.Data.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Ready_EverythingUp_NamesEachPart()
    {
        using var client = stack.ClientWith(null);

        var answer = await client.SendAsync(HttpMethod.Get, "/ready");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var parts = answer.Data.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(["tables", "blobs", "orchestrations"], parts.Select(part => part.GetProperty("name").GetString()));
        Assert.All(parts, part => Assert.True(part.GetProperty("up").GetBoolean()));
    }

    [Fact]
    public async Task Ready_StorageDown_Is503AndHealthStillUp()
    {
        // Port 9 is nobody's: the app starts all the same, and says what is wrong.
        const string Nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;TableEndpoint=http://127.0.0.1:9/a";
        await using var broken = await TestStack.StartAsync(new Dictionary<string, string?> { ["Storage__ConnectionString"] = Nowhere });
        using var client = broken.ClientWith(null);

        var ready = await client.SendAsync(HttpMethod.Get, "/ready");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 50301), (ready.Status, ready.Code));
        Assert.NotNull(ready.Headers.RetryAfter);
        var down = ready.Envelope.GetProperty("details").EnumerateArray().Where(part => part.GetProperty("issue").GetString()!.StartsWith("down", StringComparison.Ordinal));
        Assert.Equal(["tables", "blobs"], down.Select(part => part.GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/health")).Status);
    }
}
