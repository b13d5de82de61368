using ProCode.Repos;
using ProCode.Webhooks;

namespace ProCode.Tests.Repos.Documented;

/// <summary>Webhooks are made, listed, changed and removed.</summary>
public abstract class WebhookContract : HostContract
{
    private const string Url = "https://procode.example.com/hooks/any/7?ä=1";
    private static readonly GitWebhookEvent[] Both = [GitWebhookEvent.PUSH, GitWebhookEvent.TAG_PUSH];
    private readonly string _secret = StandardWebhook.NewSecret();

    private protected WebhookContract(DocumentedServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task CreateWebhookAsync_IsListedAndSigns()
    {
        var id = Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));

        var listed = Assert.Single(Ok(await Host.ListWebhooksAsync(Remote, new GitPageRequest(50), default)).Items);
        Assert.Equal((id, Url), (listed.Id, listed.Url));
        Assert.Equal(Both, listed.Events);
        Assert.Equal(_secret, Assert.Single(Project.Hooks).SigningKey);
    }

    [Theory]
    [InlineData(GitWebhookEvent.PUSH)]
    [InlineData(GitWebhookEvent.TAG_PUSH)]
    public async Task CreateWebhookAsync_OneEvent_ReportsOnlyThat(GitWebhookEvent only)
    {
        Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, [only]), default));

        Assert.Equal([only], Assert.Single(Ok(await Host.ListWebhooksAsync(Remote, new GitPageRequest(50), default)).Items).Events);
    }

    [Fact]
    public async Task CreateWebhookAsync_AnswerIsLost_IsNotMadeTwice()
    {
        Server.Afterwards = (_, answer) => answer with { BreaksOff = true };

        Fails(GitErrors.HostUnavailable, await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));

        Assert.Single(Project.Hooks);
    }

    [Fact]
    public async Task CreateWebhookAsync_RefusedWithOurSecretInTheWords_DoesNotRepeatIt()
    {
        var error = Fails(GitErrors.RequestRefused, await Host.CreateWebhookAsync(Remote, new GitWebhookOrder("no url", _secret, Both), default));

        Assert.Contains("422", error.Message, StringComparison.Ordinal);
        Assert.Contains("url", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_secret[..12], error.Message, StringComparison.Ordinal);
        Assert.Empty(Project.Hooks);
    }

    [Fact]
    public async Task UpdateWebhookAsync_SetsUrlSecretAndEvents()
    {
        var id = Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));
        var next = StandardWebhook.NewSecret();

        Ok(await Host.UpdateWebhookAsync(Remote, id, new GitWebhookOrder(Url + "2", next, [GitWebhookEvent.TAG_PUSH]), default));
        Ok(await Host.UpdateWebhookAsync(Remote, id, new GitWebhookOrder(Url + "2", next, [GitWebhookEvent.TAG_PUSH]), default));

        var hook = Assert.Single(Project.Hooks);
        Assert.Equal((Url + "2", next, false, true), (hook.Url, hook.SigningKey, hook.Push, hook.TagPush));
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("abc")]
    [InlineData("../hooks")]
    [InlineData("")]
    public async Task UpdateWebhookAsync_Gone_IsWebhookNotFound(string id)
    {
        Fails(GitErrors.WebhookNotFound, await Host.UpdateWebhookAsync(Remote, id, new GitWebhookOrder(Url, _secret, Both), default));
    }

    [Fact]
    public async Task UpdateWebhookAsync_Refused_SaysWhy()
    {
        var id = Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));

        var error = Fails(GitErrors.RequestRefused, await Host.UpdateWebhookAsync(Remote, id, new GitWebhookOrder("no url", _secret, Both), default));

        Assert.DoesNotContain(_secret, error.Message, StringComparison.Ordinal);
        Assert.Equal(Url, Assert.Single(Project.Hooks).Url);
    }

    [Fact]
    public async Task DeleteWebhookAsync_ThereOrGone_IsFine()
    {
        var kept = Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));
        var id = Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder(Url, _secret, Both), default));

        Ok(await Host.DeleteWebhookAsync(Remote, id, default));
        Ok(await Host.DeleteWebhookAsync(Remote, id, default));
        Ok(await Host.DeleteWebhookAsync(Remote, "../hooks", default));

        Assert.Equal(kept, $"{Assert.Single(Project.Hooks).Id}");
    }

    [Fact]
    public async Task Webhooks_NoSuchRepository_AreUnreachable()
    {
        var nowhere = Server.RemoteOf("nobody/nothing");
        var order = new GitWebhookOrder(Url, _secret, Both);

        Fails(GitErrors.RepositoryUnreachable, await Host.ListWebhooksAsync(nowhere, new GitPageRequest(50), default));
        Fails(GitErrors.RepositoryUnreachable, await Host.CreateWebhookAsync(nowhere, order, default));
        Fails(GitErrors.RepositoryUnreachable, await Host.UpdateWebhookAsync(nowhere, "1", order, default));
        Fails(GitErrors.RepositoryUnreachable, await Host.DeleteWebhookAsync(nowhere, "1", default));
    }

    [Fact]
    public async Task ListWebhooksAsync_SeveralPages_GivesAll()
    {
        for (var i = 0; i < 5; i++) Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder($"{Url}{i}", _secret, Both), default));

        var first = Ok(await Host.ListWebhooksAsync(Remote, new GitPageRequest(3), default));
        var second = Ok(await Host.ListWebhooksAsync(Remote, new GitPageRequest(50, first.Continuation), default)); // another size must skip nothing

        Assert.Equal(Project.Hooks.Select(hook => hook.Url), first.Items.Concat(second.Items).Select(hook => hook.Url));
        Assert.Null(second.Continuation);
    }
}
