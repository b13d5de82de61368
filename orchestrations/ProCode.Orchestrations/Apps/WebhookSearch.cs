using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Apps;

/// <summary>A webhook of ours at a host; <paramref name="Id"/> is null when there is none.</summary>
internal sealed record FoundWebhook(string? Id);

/// <summary>Looks for our webhook at a host: its URL tells which one is ours.</summary>
internal static class WebhookSearch
{
    private const int PageSize = 100;
    private const int MostPages = 50;

    public static async Task<Result<FoundWebhook>> FindAsync(IGitHost host, GitRemote remote, string url, CancellationToken cancellation)
    {
        string? continuation = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await host.ListWebhooksAsync(remote, new GitPageRequest(PageSize, continuation), cancellation);
            if (!page.TryGet(out var found, out var error)) return error;
            if (found.Items.FirstOrDefault(webhook => webhook.Url == url) is { } ours) return new FoundWebhook(ours.Id);
            if ((continuation = found.Continuation) is null) break;
        }

        return new FoundWebhook(Id: null);
    }
}
