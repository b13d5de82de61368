using System.Globalization;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>The webhooks of a repository on GitHub, which only its administrators see: others get 404. GitHub's event <c>push</c> tells of
/// branches and tags alike, so that it stands for both.</summary>
internal sealed class GitHubWebhooks(GitHubRepository repository)
{
    private const string Path = "/hooks";

    public async Task<Result<GitPage<GitWebhook>>> ListAsync(GitPageRequest page, CancellationToken cancellation)
    {
        var paging = GitHubPaging.Of(page);
        if (!(await repository.GetAsync<List<GitHubAnswers.Hook>>(paging.In(Path), cancellation)).TryGet(out var answer, out var error)) return error;
        return answer.Value is { } hooks ? paging.Page(hooks.Select(ToWebhook), answer.HasNext) : await DeniedAsync(cancellation);
    }

    public async Task<Result<string>> CreateAsync(GitWebhookOrder order, CancellationToken cancellation)
    {
        var body = new { Name = "web", Active = true, Events = Push, Config = Config(order) };
        var made = await repository.SendAsync<GitHubAnswers.Hook>(HttpMethod.Post, Path, body, cancellation, secret: order.Secret);
        if (!made.TryGet(out var answer, out var error)) return error;
        if (answer.Value is { } hook) return hook.Id.ToString(CultureInfo.InvariantCulture);
        if (answer.IsNotFound) return await DeniedAsync(cancellation);

        // GitHub refuses a second one for the same URL and events: then the first one is meant, whose answer may have got lost.
        if (!(await FindAsync(order.Url, cancellation)).TryGet(out var existing, out error))
            return error.Code == GitErrors.WebhookNotFound ? answer.Refusal! : error;
        return (await UpdateAsync(existing, order, cancellation)).TryGet(out _, out error) ? existing : error;
    }

    public async Task<Result<Done>> UpdateAsync(string id, GitWebhookOrder order, CancellationToken cancellation)
    {
        if (!IsId(id)) return NotFound(id);
        var body = new { Active = true, Events = Push, Config = Config(order) };
        var done = await repository.SendAsync<GitHubAnswers.Hook>(HttpMethod.Patch, $"{Path}/{id}", body, cancellation, secret: order.Secret);
        if (!done.TryGet(out var answer, out var error)) return error;
        if (answer.Value is not null) return Done.Value;
        return answer.IsNotFound ? await GoneAsync(id, cancellation) : answer.Refusal!;
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken cancellation)
    {
        if (!IsId(id)) return Done.Value;
        if (!(await repository.SendAsync<object>(HttpMethod.Delete, $"{Path}/{id}", body: null, cancellation)).TryGet(out var answer, out var error)) return error;
        if (answer.Refusal is null) return Done.Value;
        if (!answer.IsNotFound) return answer.Refusal;
        error = await GoneAsync(id, cancellation);
        return error.Code == GitErrors.WebhookNotFound ? Done.Value : error;
    }

    private static string[] Push => ["push"];

    private static object Config(GitWebhookOrder order) => new { order.Url, ContentType = "json", order.Secret, InsecureSsl = "0" };

    private async Task<Result<string>> FindAsync(string url, CancellationToken cancellation)
    {
        for (string? next = null; ;)
        {
            if (!(await ListAsync(new GitPageRequest(GitHubPaging.MaxLimit, next), cancellation)).TryGet(out var page, out var error)) return error;
            if (page.Items.FirstOrDefault(hook => hook.Url == url) is { } found) return found.Id;
            if (page.Continuation is null) return NotFound(url);
            next = page.Continuation;
        }
    }

    // 404 for one webhook, while the others are shown, is about the webhook.
    private async Task<Error> GoneAsync(string id, CancellationToken cancellation) =>
        (await ListAsync(new GitPageRequest(1), cancellation)).TryGet(out _, out var error) ? NotFound(id) : error;

    private Task<Error> DeniedAsync(CancellationToken cancellation) => repository.DeniedAsync("manage the webhooks of", cancellation);

    private static Error NotFound(string id) => GitErrors.WebhookNotFound.With($"The repository has no webhook {id}.");

    private static bool IsId(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static GitWebhook ToWebhook(GitHubAnswers.Hook hook) => new(
        hook.Id.ToString(CultureInfo.InvariantCulture),
        hook.Config.Url ?? "",
        hook.Events.Any(name => name is "push" or "*") ? [GitWebhookEvent.PUSH, GitWebhookEvent.TAG_PUSH] : []);
}
