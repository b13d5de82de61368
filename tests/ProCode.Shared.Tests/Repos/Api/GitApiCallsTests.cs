using System.Net;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Testing;

namespace ProCode.Tests.Repos.Api;

/// <summary>Retries, rate limits, time limits and the circuit, by a clock that nobody waits for.</summary>
public sealed class GitApiCallsTests
{
    [Fact]
    public async Task SendAsync_Post_IsSentOnce()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("POST /x", ScriptedAnswer.Nothing(502));

        Assert.Equal(GitErrors.HostUnavailable, (await fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x", new { A = 1 }))).Error!.Code);

        Assert.Equal(1, fixture.Server.CountOf("POST /x"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task SendAsync_OtherMethods_AreSentAgainWithGrowingPauses(string method)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On($"{method} /x", ScriptedAnswer.Nothing(502), ScriptedAnswer.Nothing(503), ScriptedAnswer.Nothing(500), ScriptedAnswer.Json(new { }));

        Assert.True((await fixture.SendAsync(fixture.Request(new HttpMethod(method), "/x"))).Succeeded);

        Assert.Equal(4, fixture.Server.CountOf($"{method} /x"));
        Assert.Equal(3, fixture.Time.Waits.Count);
        Assert.All(fixture.Time.Waits, pause => Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task SendAsync_Body_IsSentWithItsLengthAndNamesInSnakeCase()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("POST /x", ScriptedAnswer.Json(new { }, 201));

        await fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x", new { ContentType = "json", Missing = (string?)null }));

        var request = Assert.Single(fixture.Server.Requests);
        Assert.Equal("""{"content_type":"json"}""", request.Body);
        Assert.Equal("23", request.Header("Content-Length"));
        Assert.Equal("ProCode", request.Header("User-Agent"));
    }

    [Fact]
    public async Task SendAsync_RateLimitWithAShortRetryAfter_WaitsAsLongAsTheHostSays()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(429).With("Retry-After", "4"), ScriptedAnswer.Json(new { }));

        Assert.True((await fixture.GetAsync()).Succeeded);

        Assert.Equal([TimeSpan.FromSeconds(4)], fixture.Time.Waits);
    }

    [Theory]
    [InlineData(429, "Retry-After", "120", null, null, "{}", 120)]
    [InlineData(403, "Retry-After", "90", null, null, "{}", 90)]
    [InlineData(429, "Retry-After", "Sun, 01 Mar 2026 08:05:00 GMT", null, null, "{}", 300)]
    [InlineData(429, "Retry-After", "Sun, 01 Mar 2026 07:00:00 GMT", null, null, "{}", 0)]
    [InlineData(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1772352600", "{}", 600)]
    [InlineData(429, "RateLimit-Remaining", "0", "RateLimit-Reset", "1772352060", "{}", 60)]
    [InlineData(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "tomorrow", "{}", 60)]
    [InlineData(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "99999999999999999", "{}", 60)]
    [InlineData(403, "X-RateLimit-Remaining", "4000", "X-RateLimit-Reset", "1772352600", """{"message":"You have exceeded a secondary rate limit"}""", 60)]
    public async Task SendAsync_RateLimit_SaysWhenToComeAgain(int status, string header, string value, string? other, string? otherValue, string body, int seconds)
    {
        await using var fixture = await GitApiFixture.StartAsync(new FakeTime());
        var answer = ScriptedAnswer.Json(body, status).With(header, value);
        fixture.Server.On("POST /x", other is null ? answer : answer.With(other, otherValue!));

        var error = (await fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x"))).Error!;

        Assert.Equal(GitErrors.RateLimited, error.Code);
        Assert.Equal(TimeSpan.FromSeconds(seconds), error.RetryAfter);
    }

    [Fact]
    public async Task SendAsync_LongRateLimit_IsNotWaitedForAndOpensNoCircuit()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(429).With("Retry-After", "120"));

        for (var call = 0; call < 20; call++) Assert.Equal(GitErrors.RateLimited, (await fixture.GetAsync()).Error!.Code);

        Assert.Equal(20, fixture.Server.CountOf("GET /x"));
        Assert.Empty(fixture.Time.Waits);
    }

    [Fact]
    public async Task SendAsync_HostThatIsDown_IsLeftAloneAndAskedAgainLater()
    {
        var time = new FakeTime();
        await using var fixture = await GitApiFixture.StartAsync(time);
        var isDown = true;
        fixture.Server.On("POST /x", _ => ScriptedAnswer.Nothing(isDown ? 503 : 201));
        Task<Result<HttpStatusCode>> PostAsync() => fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x"));

        for (var call = 0; call < 10; call++) await PostAsync();
        var left = (await PostAsync()).Error!;
        Assert.Equal(10, fixture.Server.CountOf("POST /x"));
        Assert.Equal(GitErrors.HostUnavailable, left.Code);
        Assert.InRange(left.RetryAfter!.Value, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(15));

        // Still down after the break: one call finds out for all.
        time.Advance(TimeSpan.FromSeconds(16));
        await PostAsync();
        await PostAsync();
        Assert.Equal(11, fixture.Server.CountOf("POST /x"));

        isDown = false;
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.True((await PostAsync()).Succeeded);
        Assert.True((await PostAsync()).Succeeded);
    }

    [Fact]
    public async Task SendAsync_OneHostDown_OthersAreStillAsked()
    {
        await using var fixture = await GitApiFixture.StartAsync(new FakeTime());
        await using var other = await ScriptedHttpServer.StartAsync();
        fixture.Server.On("POST /x", ScriptedAnswer.Nothing(503));
        other.On("POST /x", ScriptedAnswer.Nothing(201));
        for (var call = 0; call < 10; call++) await fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x"));

        var elsewhere = await fixture.SendAsync(fixture.Request(HttpMethod.Post, "/x") with { Url = new Uri(other.BaseUrl + "/x") });

        Assert.True(elsewhere.Succeeded, elsewhere.Error?.Message);
    }

    [Fact]
    public async Task SendAsync_NoAnswerIn30Seconds_IsUnavailable()
    {
        var time = new FakeTime();
        await using var fixture = await GitApiFixture.StartAsync(time);
        fixture.Server.On("GET /x", ScriptedAnswer.Never());
        var asking = fixture.GetAsync();
        await WaitFor.Async(() => fixture.Server.CountOf("GET /x") == 1);

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        var error = (await asking).Error!;
        Assert.Equal(GitErrors.HostUnavailable, error.Code);
        Assert.NotNull(error.RetryAfter);
    }

    [Fact]
    public async Task TogetherAsync_SeveralCalls_EndWithinTheTimeOfOne()
    {
        var time = new FakeTime();
        await using var fixture = await GitApiFixture.StartAsync(time);
        fixture.Server.On("GET /x", ScriptedAnswer.Json(new { })).On("GET /slow", ScriptedAnswer.Never());
        var together = fixture.Api.TogetherAsync(
            async token =>
            {
                await fixture.GetAsync("/x", token);
                time.Advance(TimeSpan.FromSeconds(20));
                return await fixture.GetAsync("/slow", token);
            },
            default);
        await WaitFor.Async(() => fixture.Server.CountOf("GET /slow") == 1);
        Assert.False(together.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(GitErrors.HostUnavailable, (await together).Error!.Code);
    }

    [Fact]
    public async Task TogetherAsync_HostThatNeverAnswers_CountsForTheCircuit()
    {
        var time = new FakeTime();
        await using var fixture = await GitApiFixture.StartAsync(time, new GitCallLimits { CircuitCalls = 2, Call = TimeSpan.FromSeconds(10) });
        fixture.Server.On("GET /slow", ScriptedAnswer.Never());
        for (var call = 1; call <= 2; call++)
        {
            // The call begins later than the operation, whose time is up first.
            var asking = fixture.Api.TogetherAsync(
                token =>
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    return fixture.GetAsync("/slow", token);
                },
                default);
            await WaitFor.Async(() => fixture.Server.CountOf("GET /slow") == call);
            time.Advance(TimeSpan.FromSeconds(9));
            Assert.Contains("did not answer in time", (await asking).Error!.Message, StringComparison.Ordinal);
        }

        Assert.Contains("left alone", (await fixture.GetAsync("/slow")).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_CallerGivesUp_IsCanceled()
    {
        await using var fixture = await GitApiFixture.StartAsync(new FakeTime());
        fixture.Server.On("GET /slow", ScriptedAnswer.Never());
        using var canceled = new CancellationTokenSource();
        var alone = fixture.GetAsync("/slow", canceled.Token);
        var together = fixture.Api.TogetherAsync(token => fixture.GetAsync("/slow", token), canceled.Token);
        await WaitFor.Async(() => fixture.Server.CountOf("GET /slow") == 2);

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => together);
    }
}
