using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>Every operation of a host by its name, for what must be so for all of them.</summary>
internal static class AnyOperation
{
    public static readonly GitFirstCommit First = new("main", "First commit", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = "1"u8.ToArray() });

    private static readonly GitWebhookOrder Webhook = new("https://example.com/hook", "secret", [GitWebhookEvent.PUSH]);

    public static TheoryData<string> Supported { get; } =
    [
        nameof(IGitHost.GetRepositoryAsync), nameof(IGitHost.FindRefsAsync), nameof(IGitHost.FindCommitAsync), nameof(IGitHost.ListBranchesAsync),
        nameof(IGitHost.ListTagsAsync), nameof(IGitHost.EnsureBranchAsync), nameof(IGitHost.EnsureTagAsync), nameof(IGitHost.ArchiveAsync),
        nameof(IGitHost.CompareAsync), nameof(IGitHost.PushFirstCommitAsync),
    ];

    public static TheoryData<string> Unsupported { get; } =
    [
        nameof(IGitHost.ListWebhooksAsync), nameof(IGitHost.CreateWebhookAsync), nameof(IGitHost.UpdateWebhookAsync), nameof(IGitHost.DeleteWebhookAsync),
        nameof(IGitHost.CreateMergeRequestAsync), nameof(IGitHost.GetMergeRequestAsync),
    ];

    /// <summary>Why the operation failed, or null.</summary>
    public static async Task<Error?> ErrorOfAsync(string operation, IGitHost host, GitRemote remote)
    {
        var (token, page, commit) = (TestContext.Current.CancellationToken, new GitPageRequest(10), new string('a', 40));
        return operation switch
        {
            nameof(IGitHost.GetRepositoryAsync) => (await host.GetRepositoryAsync(remote, token)).Error,
            nameof(IGitHost.FindRefsAsync) => (await host.FindRefsAsync(remote, new GitRefNames(["main"], []), token)).Error,
            nameof(IGitHost.FindCommitAsync) => (await host.FindCommitAsync(remote, "main", token)).Error,
            nameof(IGitHost.ListBranchesAsync) => (await host.ListBranchesAsync(remote, page, token)).Error,
            nameof(IGitHost.ListTagsAsync) => (await host.ListTagsAsync(remote, page, token)).Error,
            nameof(IGitHost.EnsureBranchAsync) => (await host.EnsureBranchAsync(remote, "x", commit, token)).Error,
            nameof(IGitHost.EnsureTagAsync) => (await host.EnsureTagAsync(remote, "x", commit, "x", token)).Error,
            nameof(IGitHost.ArchiveAsync) => (await host.ArchiveAsync(remote, commit, Stream.Null, token)).Error,
            nameof(IGitHost.CompareAsync) => (await host.CompareAsync(remote, "main", "main", token)).Error,
            nameof(IGitHost.PushFirstCommitAsync) => (await host.PushFirstCommitAsync(remote, First, token)).Error,
            nameof(IGitHost.ListWebhooksAsync) => (await host.ListWebhooksAsync(remote, page, token)).Error,
            nameof(IGitHost.CreateWebhookAsync) => (await host.CreateWebhookAsync(remote, Webhook, token)).Error,
            nameof(IGitHost.UpdateWebhookAsync) => (await host.UpdateWebhookAsync(remote, "1", Webhook, token)).Error,
            nameof(IGitHost.DeleteWebhookAsync) => (await host.DeleteWebhookAsync(remote, "1", token)).Error,
            nameof(IGitHost.CreateMergeRequestAsync) => (await host.CreateMergeRequestAsync(remote, new GitMergeRequestOrder("a", "b", "c", "d"), token)).Error,
            nameof(IGitHost.GetMergeRequestAsync) => (await host.GetMergeRequestAsync(remote, 1, token)).Error,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no such operation"),
        };
    }
}
