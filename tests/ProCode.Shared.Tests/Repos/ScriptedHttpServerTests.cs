using System.Net;

namespace ProCode.Tests.Repos;

public sealed class ScriptedHttpServerTests
{
    [Fact]
    public async Task On_SeveralAnswers_GivesEachOnceAndTheLastEverAfter()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.On("GET /a%2Fb", ScriptedAnswer.Nothing(500), ScriptedAnswer.Json(new { x = 1 }).With("X-Page", "2")).On("GET /a%2Fb?q=1", ScriptedAnswer.Nothing(204));
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.InternalServerError, (await http.GetAsync(server.BaseUrl + "/a%2Fb")).StatusCode);
        Assert.Equal("{\"x\":1}", await http.GetStringAsync(server.BaseUrl + "/a%2Fb?q=2"));
        Assert.Equal("2", (await http.GetAsync(server.BaseUrl + "/a%2Fb")).Headers.GetValues("X-Page").Single());
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(server.BaseUrl + "/a%2Fb?q=1")).StatusCode);
        Assert.Equal(4, server.CountOf("GET /a%2Fb"));
    }

    [Fact]
    public async Task DisposeAsync_AfterARequestNobodyExpected_FailsTheTest()
    {
        var server = await ScriptedHttpServer.StartAsync();
        using var http = new HttpClient();
        await http.GetAsync(server.BaseUrl + "/surprise");

        Assert.Contains("GET /surprise", (await Assert.ThrowsAnyAsync<Exception>(async () => await server.DisposeAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenOff_AnswerOfFewerBytesThanPromised_IsNoticedByTheClient()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.On("GET /", ScriptedAnswer.Json("{}").BrokenOff());
        using var http = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(server.BaseUrl + "/"));
    }
}
