using System.Globalization;
using System.Net;
using System.Text.Json;
using ProCode.Dev.Api;

namespace ProCode.Functions.Tests.Deliveries;

public sealed class DeliveriesTests(SharedStack stack)
{
    private const string Push = """{"ref":"refs/heads/main"}""";

    [Fact]
    public async Task Receive_APush_IsAppliedToTheIterationsOfTheBranch()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        var commit = await stack.Git.CommitAsync(app.Release.Repository, new Dictionary<string, string> { ["new.txt"] = "new" });

        var answer = await app.SendAsync($$"""{"ref":"refs/heads/main","before":"{{app.Release.CommitId}}"}""");
        var ended = await app.EndAsync(HookedApp.IdOf(answer));

        Assert.Equal(("PUSH", "APPLIED", "UPDATED", app.Release.CommitId), (ended.Event, ended.Status, ended.LedTo!.Change, ended.Before));
        Assert.Equal([app.Release.Iteration.Id], ended.LedTo.IterationIds);
        var iteration = await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{app.Release.Iteration.Id}");
        Assert.Equal(("DEVELOPING", commit), (Text(iteration.Data, "status"), Text(iteration.Data, "lastCommitId")));
        Assert.True(iteration.Data.TryGetProperty("lastCommitAt", out _));
        var webhook = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.RepoId}/webhook");
        Assert.Equal((ended.Id, "APPLIED"), (Text(webhook.Data.GetProperty("lastDelivery"), "id"), Text(webhook.Data.GetProperty("lastDelivery"), "status")));
    }

    [Fact]
    public async Task Receive_APushThatSaysItIsForced_IsToldAsOne()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);

        var ended = await app.EndAsync(HookedApp.IdOf(await app.SendAsync("""{"ref":"refs/heads/main","forced":true}""")));

        Assert.Equal(("APPLIED", "FORCED"), (ended.Status, ended.LedTo!.Change));
    }

    [Fact]
    public async Task Receive_TheSameTenTimesAtOnce_IsOneDeliveryAndOneAnswer()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => app.SendAsync(Push, "one-and-the-same")));
        var ended = await app.EndAsync(HookedApp.IdOf(answers[0]));
        var later = await app.SendAsync(Push, "one-and-the-same");

        Assert.All(answers.Append(later), answer => Assert.Equal((HttpStatusCode.Accepted, answers[0].Data.GetRawText()), (answer.Status, answer.Data.GetRawText())));
        Assert.Equal([ended.Id], (await app.ListAsync()).Select(delivery => delivery.Id));
        Assert.Equal(1, ended.Attempt);
    }

    [Fact]
    public async Task Receive_ATagOfAnAppThatReleasesOnTags_ReleasesItOnce()
    {
        var app = await HookedApp.CreateAsync(stack.Stack, releaseOnTag: true);
        await app.PushTagAsync("v1.0.0");

        var first = await app.EndAsync(HookedApp.IdOf(await app.SendAsync("""{"ref":"refs/tags/v1.0.0"}""")));
        var second = await app.EndAsync(HookedApp.IdOf(await app.SendAsync("""{"ref":"refs/tags/v1.0.0"}""")));

        Assert.Equal(("TAG_PUSH", "APPLIED", "IGNORED"), (first.Event, first.Status, second.Status));
        var pipeline = await stack.Client.WaitForEndAsync(first.LedTo!.PipelineId!.Value);
        Assert.Equal("SUCCESS", pipeline.Status);
        var read = await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{pipeline.Id}");
        Assert.Contains($"webhook:{first.Id}", read.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_NotAuthentic_Is401AndLeavesNothing()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);

        var forged = await app.SendAsync(Push, with: ProCode.Webhooks.StandardWebhook.NewSecret());
        using var anonymous = stack.ClientWith(null);
        var unsigned = await anonymous.SendAsync(HttpMethod.Post, app.Path, new StringContent(Push));
        var withKey = await stack.Client.SendAsync(HttpMethod.Post, app.Path, new StringContent(Push)); // Not even an administrator's key.

        foreach (var answer in (ApiAnswer[])[forged, unsigned, withKey])
            Assert.Equal((HttpStatusCode.Unauthorized, 40102, "WEBHOOK_SIGNATURE_INVALID"), (answer.Status, answer.Code, answer.Error));
        Assert.Empty(await app.ListAsync());
    }

    [Fact]
    public async Task Receive_SignedWithAnotherRepositorysSecret_Is401()
    {
        var (app, other) = (await HookedApp.CreateAsync(stack.Stack), await HookedApp.CreateAsync(stack.Stack));

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(Push, path: other.Path)).Status);
        Assert.Empty(await other.ListAsync());
    }

    [Fact]
    public async Task Receive_WithTheSecretBeforeTheLast_IsGoodOnlyUntilTheNextRotation()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        await stack.Client.SendAsync(HttpMethod.Post, $"repos/{app.RepoId}/webhook/rotate");
        Assert.Equal(HttpStatusCode.Accepted, (await app.SendAsync(Push)).Status);
        var webhook = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.RepoId}/webhook");
        Assert.Equal("refs/heads/main", Text(webhook.Data.GetProperty("lastDelivery"), "ref"));

        await stack.Client.SendAsync(HttpMethod.Post, $"repos/{app.RepoId}/webhook/rotate");
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(Push)).Status);
    }

    [Theory]
    [InlineData("hooks/git/99999999")]
    [InlineData("hooks/github/{0}")]
    [InlineData("hooks/svn/{0}")]
    [InlineData("hooks/GIT/{0}")]
    [InlineData("hooks/git/{0}/more")]
    [InlineData("hooks/git/main")]
    [InlineData("hooks/g1t/{0}")]
    public async Task Receive_AtNoRepositorysPlace_Is404(string path)
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(Push, path: string.Format(CultureInfo.InvariantCulture, path, app.RepoId))).Status);
        Assert.Empty(await app.ListAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_ABodyOverTheLimit_Is413AndLeavesNothing(bool chunked)
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        var fits = $$"""{"ref":"refs/notes/x","commits":"{{new string('x', (1024 * 1024) - 100)}}"}""";

        var refused = await app.SendAsync(fits.Replace("refs/notes/x", "refs/notes/x" + new string('x', 200), StringComparison.Ordinal), chunked: chunked);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 41301), (refused.Status, refused.Code));
        Assert.Empty(await app.ListAsync());

        Assert.Equal(HttpStatusCode.Accepted, (await app.SendAsync(fits, chunked: chunked)).Status);
    }

    [Fact]
    public async Task List_Deliveries_NewestFirstPagedAndFilteredWithoutPayloadOrSecret()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(HookedApp.IdOf(await app.SendAsync($$"""{"ref":"refs/notes/{{i}}","password":"hidden-{{i}}"}""")));
        var applied = HookedApp.IdOf(await app.SendAsync(Push));
        await app.EndAsync(applied);
        ids.Add(applied);
        ids.Reverse();

        var first = await stack.Client.GetAsync<DeliveryPage>($"repos/{app.RepoId}/deliveries?limit=4");
        var rest = await stack.Client.GetAsync<DeliveryPage>($"repos/{app.RepoId}/deliveries?limit=4&continuation={first.Continuation}");
        Assert.Equal(ids, first.Items.Concat(rest.Items).Select(delivery => delivery.Id));
        Assert.Null(rest.Continuation);
        Assert.Equal([applied], (await app.ListAsync("?status=APPLIED")).Select(delivery => delivery.Id));
        Assert.Equal(5, (await app.ListAsync("?status=IGNORED")).Count);

        var raw = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.RepoId}/deliveries");
        Assert.DoesNotContain("hidden-", raw.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Secret, raw.Body, StringComparison.Ordinal);
        string[] told = ["id", "event", "ref", "before", "after", "receivedAt", "status", "attempt", "ledTo"];
        Assert.Empty(raw.Data.GetProperty("items").EnumerateArray().SelectMany(item => item.EnumerateObject().Select(field => field.Name)).Except(told));
    }

    [Theory]
    [InlineData("?status=DONE", 400)]
    [InlineData("?branch=main", 400)]
    [InlineData("?limit=0", 400)]
    [InlineData("?continuation=x", 400)]
    public async Task List_WrongQuery_IsRefused(string query, int status)
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        Assert.Equal(status, (int)(await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.RepoId}/deliveries{query}")).Status);
    }

    [Fact]
    public async Task List_NoRepositoryOrNoKey_IsRefused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await stack.Client.SendAsync(HttpMethod.Get, "repos/99999999/deliveries")).Status);
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, "repos/1/deliveries")).Status);
    }

    private static string? Text(JsonElement data, string name) => data.GetProperty(name).GetString();
}
