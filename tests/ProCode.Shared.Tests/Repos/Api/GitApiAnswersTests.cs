using System.Net;
using System.Net.Sockets;
using ProCode.Repos;
using ProCode.Repos.Api;
using ProCode.Results;

namespace ProCode.Tests.Repos.Api;

/// <summary>What <see cref="GitApi"/> tells by itself.</summary>
public sealed class GitApiAnswersTests
{
    [Theory]
    [InlineData(401, "GIT_ACCESS_DENIED", 1)]
    [InlineData(403, "GIT_ACCESS_DENIED", 1)]
    [InlineData(408, "GIT_HOST_UNAVAILABLE", 4)]
    [InlineData(500, "GIT_HOST_UNAVAILABLE", 4)]
    [InlineData(503, "GIT_HOST_UNAVAILABLE", 4)]
    public async Task SendAsync_Refused_IsToldWithTheHostsWords(int status, string code, int requests)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Json(new { message = "Bad credentials" }, status));

        var error = (await fixture.GetAsync()).Error!;

        Assert.Equal(code, error.Code.Name);
        Assert.Equal(requests, fixture.Server.CountOf("GET /x"));
        if (requests == 1) Assert.Contains("(Bad credentials)", error.Message, StringComparison.Ordinal);
        if (requests > 1) Assert.NotNull(error.RetryAfter);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    public async Task SendAsync_OtherStatus_IsTheCallers(int status)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Json(new { }, status));

        Assert.Equal((HttpStatusCode)status, (await fixture.GetAsync()).Value);
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("""{"sha":7}""")]
    [InlineData("""{"other":"x"}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task SendAsync_AnswerThatIsNotAsDocumented_IsNoHostOfThisType(string body)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Text(body));

        var answer = await fixture.Api.SendAsync<string>(fixture.Remote, fixture.Request(HttpMethod.Get, "/x"), read => read.Read<Named>().Sha, default);

        Assert.Equal(GitErrors.RepositoryUnreachable, answer.Error!.Code);
        Assert.Contains("is not on a host of type github", answer.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.CountOf("GET /x"));
    }

    [Fact]
    public async Task SendAsync_AnswerOfMoreThan8Mebibytes_IsNoHostOfThisType()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /fits", ScriptedAnswer.Text(new string(' ', 8 << 20))).On("GET /x", ScriptedAnswer.Text(new string(' ', (8 << 20) + 1)));

        Assert.True((await fixture.GetAsync("/fits")).Succeeded);
        Assert.Contains("longer than 8 MiB", (await fixture.GetAsync()).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_AnswerBrokenOff_IsTriedAgain()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Json(new { }).BrokenOff(), ScriptedAnswer.Json(new { })).On("GET /y", ScriptedAnswer.Json(new { }).BrokenOff());

        Assert.True((await fixture.GetAsync()).Succeeded);
        Assert.Equal(GitErrors.HostUnavailable, (await fixture.GetAsync("/y")).Error!.Code);
        Assert.Equal(4, fixture.Server.CountOf("GET /y"));
    }

    [Fact]
    public async Task SendAsync_NobodyThere_IsUnreachableAtOnce()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, so that nobody else gets the port, but not listening
        var request = fixture.Request(HttpMethod.Get, "/x") with { Url = new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/x") };

        Assert.Equal(GitErrors.HostUnreachable, (await fixture.SendAsync(request)).Error!.Code);
        Assert.Empty(fixture.Time.Waits);
    }

    [Fact]
    public async Task SendAsync_UnknownHost_IsUnreachable()
    {
        await using var fixture = await GitApiFixture.StartAsync();

        Assert.Equal(GitErrors.HostUnreachable, (await fixture.SendAsync(fixture.Request(HttpMethod.Get, "/x") with { Url = new Uri("http://no-such-host.invalid/x") })).Error!.Code);
    }

    [Fact]
    public async Task SendAsync_HostRepeatsWhatIsSecret_MessagesAndLogDoNot()
    {
        var log = new CollectedLog<GitCalls>();
        await using var fixture = await GitApiFixture.StartAsync(logger: log);
        var echo = ScriptedAnswer.Json(new { message = $"token {GitApiFixture.Token} and secret s+1", errors = new[] { new { value = "s+1" } } }, 422);
        fixture.Server.On("PATCH /x", echo).On("GET /x", ScriptedAnswer.Json(new { message = $"no {GitApiFixture.Token}" }, 403)).On("GET /y", ScriptedAnswer.Nothing(500));
        var request = fixture.Request(HttpMethod.Patch, "/x", new { Secret = "s+1" }) with { Secret = "s+1" };

        var refused = await fixture.Api.SendAsync<Done>(fixture.Remote, request, answer => GitApi.Refusal(fixture.Remote, answer), default);
        var denied = await fixture.GetAsync();
        await fixture.GetAsync("/y");

        Assert.Contains("token … and secret …", refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(3, log.Lines.Count);
        foreach (var text in log.Lines.Append(refused.Error.Message).Append(denied.Error!.Message).Append(request.ToString()))
        {
            Assert.DoesNotContain(GitApiFixture.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("s+1", text, StringComparison.Ordinal);
            Assert.DoesNotContain("s\\u002B1", text, StringComparison.Ordinal);
        }
    }

    private sealed record Named(string Sha);
}
