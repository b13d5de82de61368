using System.Net;
using System.Text.Json;
using ProCode.Dev.Api;

namespace ProCode.Functions.Tests.Iterations;

/// <summary>GET /iterations?appId= on the real storage.</summary>
public sealed class ListIterationsTests(SharedStack stack)
{
    [Fact]
    public async Task List_AnAppsIterations_NewestFirstPageByPageWithTheirPipelines()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var second = await stack.Client.CreateIterationAsync(release.App.Id, "second");
        var third = await stack.Client.CreateIterationAsync(release.App.Id, "third");
        var other = await stack.Stack.CreateReleaseAsync();
        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");
        await stack.Client.WaitForEndAsync(accepted.PipelineId);

        var first = (await ListAsync($"appId={release.App.Id}&limit=2")).Data;
        Assert.Equal([third.Id, second.Id], Ids(first));
        var rest = (await ListAsync($"appId={release.App.Id}&limit=2&continuation={Uri.EscapeDataString(first.GetProperty("continuation").GetString()!)}")).Data;
        Assert.Equal([release.Iteration.Id], Ids(rest));
        Assert.False(rest.TryGetProperty("continuation", out var more) && more.ValueKind == JsonValueKind.String);

        // What the list says of an iteration is what it says of itself.
        var alone = (await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{release.Iteration.Id}")).Data;
        Assert.Equal(alone.GetRawText(), rest.GetProperty("items")[0].GetRawText());
        Assert.Equal("SUCCESS", alone.GetProperty("phases")[0].GetProperty("pipeline").GetProperty("status").GetString());

        Assert.Equal([release.Iteration.Id], Ids((await ListAsync($"appId={release.App.Id}&status=RELEASED")).Data));
        Assert.Equal([third.Id, second.Id], Ids((await ListAsync($"appId={release.App.Id}&status=DRAFT")).Data));
        Assert.Equal([other.Iteration.Id], Ids((await ListAsync($"appId={other.App.Id}")).Data));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "ERR_400_001")]
    [InlineData("appId=999999", HttpStatusCode.NotFound, "ERR_404_001")]
    [InlineData("appId=1&status=GONE", HttpStatusCode.BadRequest, "ERR_400_001")]
    [InlineData("appId=1&limit=0", HttpStatusCode.BadRequest, "ERR_400_001")]
    [InlineData("appId=1&name=x", HttpStatusCode.BadRequest, "ERR_400_001")]
    public async Task List_WhatCanNotBe_IsRefused(string query, HttpStatusCode status, string error)
    {
        var answer = await ListAsync(query);
        Assert.Equal((status, error), (answer.Status, answer.Error));
    }

    private static IEnumerable<long> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64());

    private Task<ApiAnswer> ListAsync(string query) => stack.Client.SendAsync(HttpMethod.Get, $"iterations?{query}");
}
