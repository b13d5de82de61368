using LibGit2Sharp;
using LibGit2Sharp.Handlers;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>One call to a git server, on the thread of its own that <see cref="PlainGitHost"/> gives it: what the operations are made of.
/// It throws LibGit2SharpException, which <see cref="Explain"/> turns into an error, and OperationCanceledException.</summary>
internal sealed class GitConversation(
    Uri url, GitCredential? credential, PlainGitLimits limits, SourceLimits sources, TimeProvider time, CancellationToken cancellation)
{
    public const string Branches = "refs/heads/";
    public const string Tags = "refs/tags/";
    private const string Peeled = "^{}";

    // Where a fetch keeps what it brings: beside the names a bare repository uses for itself.
    private const string Fetched = "refs/procode/";

    public CancellationToken Cancellation => cancellation;

    public SourceLimits Sources => sources;

    public TimeProvider Time => time;

    private GitFailureContext Explainable => new(url, credential);

    public static Error NotFound(string commitId) => GitErrors.RefNotFound.With($"No branch or tag of the repository holds the commit {commitId}.");

    public AdvertisedRefs ListRefs()
    {
        cancellation.ThrowIfCancellationRequested();
        string? head = null;
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var reference in Repository.ListRemoteReferences(url.AbsoluteUri, AnswerOnce()))
        {
            var (name, target) = (reference.CanonicalName, reference.TargetIdentifier);
            if (name == "HEAD" && target.StartsWith(Branches, StringComparison.Ordinal))
                head = target[Branches.Length..];
            else if (name.StartsWith(Branches, StringComparison.Ordinal))
                branches[name[Branches.Length..]] = target;
            else if (name.StartsWith(Tags, StringComparison.Ordinal) && name.EndsWith(Peeled, StringComparison.Ordinal))
                tags[name[Tags.Length..^Peeled.Length]] = target;
            else if (name.StartsWith(Tags, StringComparison.Ordinal))
                tags.TryAdd(name[Tags.Length..], target);
        }

        return new AdvertisedRefs(head, branches, tags);
    }

    public GitWorkspace NewWorkspace()
    {
        cancellation.ThrowIfCancellationRequested();
        return new GitWorkspace(url);
    }

    /// <summary>
    /// Brings a commit with its history, or null when no branch or tag holds it. Asking for a commit by id needs a server that allows it,
    /// so the ref that stands there is asked for, or else everything. Never shallow: this library fetches (other than it clones) at
    /// full depth whatever the options say, and it can't push from a shallow repository, because it walks parents that are not there.
    /// </summary>
    public Commit? Fetch(GitWorkspace workspace, AdvertisedRefs refs, string commitId)
    {
        var repository = workspace.Repository;
        if (!AdvertisedRefs.IsFullId(commitId)) return null;
        if (repository.Lookup<Commit>(commitId) is { } known) return known;
        var options = new FetchOptions
        {
            TagFetchMode = TagFetchMode.None,
            OnTransferProgress = progress => !cancellation.IsCancellationRequested && progress.ReceivedBytes <= limits.ReceivedBytes,
        };
        var holder = refs.Branches.Where(branch => branch.Value == commitId).Select(branch => Branches + branch.Key)
            .Concat(refs.Tags.Where(tag => tag.Value == commitId).Select(tag => Tags + tag.Key))
            .FirstOrDefault();
        string[] everything = [$"+{Branches}*:{Fetched}heads/*", $"+{Tags}*:{Fetched}tags/*"];
        string[][] attempts = holder is null ? [everything] : [[$"+{holder}:{Fetched}holders/{commitId}"], everything];
        foreach (var refspecs in attempts)
        {
            cancellation.ThrowIfCancellationRequested();
            options.CredentialsProvider = AnswerOnce();
            Commands.Fetch(repository, workspace.Remote.Name, refspecs, options, null);
            if (repository.Lookup<Commit>(commitId) is { } commit)
                return commit;
        }

        return null;
    }

    /// <summary>Pushes a ref of the workspace that the server must not have yet. Why it was not taken, or null: somebody else may have made
    /// it since we looked, so what stands there now decides.</summary>
    public string? PushNew(GitWorkspace workspace, string reference)
    {
        string? refusal = null;
        var options = new PushOptions
        {
            CredentialsProvider = AnswerOnce(),
            OnPushStatusError = error => refusal = error.Message,

            // A ref that somebody made in between may stand on an ancestor: a push would move it on. And a caller who has given up must
            // not find a ref later.
            OnNegotiationCompletedBeforePush = updates =>
                !cancellation.IsCancellationRequested && updates.All(update => update.SourceObjectId.Sha.All(digit => digit == '0')),
        };
        try
        {
            cancellation.ThrowIfCancellationRequested();
            workspace.Repository.Network.Push(workspace.Remote, $"{reference}:{reference}", options);
        }
        catch (Exception exception) when (exception is NonFastForwardException or UserCancelledException)
        {
            cancellation.ThrowIfCancellationRequested();
            refusal = "it already exists";
        }

        return refusal;
    }

    /// <summary>A push that was not taken, when what stands there doesn't explain it.</summary>
    public Error Refused(string refusal) => GitFailure.PushRefused(refusal, Explainable);

    public Error Explain(LibGit2SharpException exception)
    {
        if (exception is UserCancelledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return GitErrors.SourceTooLarge.With($"The repository's history is larger than {limits.ReceivedBytes / (1024 * 1024)} MB.");
        }

        return GitFailure.Explain(exception.Message, Explainable);
    }

    // The library asks again when the answer is refused; a second answer would be the same. Another server never gets one.
    private CredentialsHandler AnswerOnce()
    {
        var answered = false;
        return (asking, _, _) =>
        {
            var known = Uri.TryCreate(asking, UriKind.Absolute, out var server) && (server.Scheme, server.Authority) == (url.Scheme, url.Authority);
            if (credential is null || answered || !known)
                return null!;
            answered = true;
            return new UsernamePasswordCredentials { Username = credential.Username, Password = credential.Password };
        };
    }
}
