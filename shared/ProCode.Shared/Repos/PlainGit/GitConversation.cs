using LibGit2Sharp;
using LibGit2Sharp.Handlers;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>One call to a git server, on the thread of its own that <see cref="PlainGitHost"/> gives it. It throws
/// LibGit2SharpException, which <see cref="Explain"/> turns into an error, and OperationCanceledException.</summary>
internal sealed class GitConversation(
    Uri url, GitCredential? credential, PlainGitLimits limits, SourceLimits sources, TimeProvider time, CancellationToken cancellation)
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";
    private const string Peeled = "^{}";

    // Where a fetch keeps what it brings: beside the names a bare repository uses for itself.
    private const string Fetched = "refs/procode/";

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

    public Result<Done> EnsureTag(string tag, string commitId, string message)
    {
        if (tag.Length == 0 || tag[0] == '-' || !Reference.IsValidName(Tags + tag))
            return GeneralErrors.Invalid.With($"'{tag}' can't be the name of a tag.", "tag", "not a valid git tag name");
        var refs = ListRefs();
        if (Existing(refs, tag, commitId) is { } existing)
            return existing;

        using var workspace = new GitWorkspace();
        using var repository = workspace.OpenNew();
        var remote = repository.Network.Remotes.Add("origin", url.AbsoluteUri);
        if (Fetch(repository, remote, refs, commitId) is null)
            return NotFound(commitId);
        repository.ApplyTag(tag, commitId, new Signature("ProCode", "procode@localhost", time.GetUtcNow()), message);

        cancellation.ThrowIfCancellationRequested(); // a caller who has given up must not find a tag later
        string? refusal = null;
        try
        {
            var options = new PushOptions { CredentialsProvider = AnswerOnce(), OnPushStatusError = error => refusal = error.Message };
            repository.Network.Push(remote, $"{Tags}{tag}:{Tags}{tag}", options);
        }
        catch (NonFastForwardException exception)
        {
            refusal = exception.Message;
        }

        // Refused: somebody else may have made the tag since we looked. What stands there now decides.
        return refusal is null ? Done.Value : Existing(ListRefs(), tag, commitId) ?? GitFailure.PushRefused(refusal, Explainable);
    }

    public Result<GitCommit> FindCommit(string reference) => GitErrors.OperationUnsupported.With(reference);

    public Result<Done> EnsureBranch(string branch, string commitId) => GitErrors.OperationUnsupported.With(branch + commitId);

    public Result<GitComparison> Compare(string from, string to) => GitErrors.OperationUnsupported.With(from + to);

    public Result<string> PushFirstCommit(GitFirstCommit first) => GitErrors.OperationUnsupported.With(first.Branch);

    /// <summary>The tar as a temporary file, at its start; it is gone once closed.</summary>
    public Result<FileStream> Archive(string commitId)
    {
        using var workspace = new GitWorkspace();
        using var repository = workspace.OpenNew();
        var remote = repository.Network.Remotes.Add("origin", url.AbsoluteUri);
        if (Fetch(repository, remote, ListRefs(), commitId) is not { } commit)
            return NotFound(commitId);
        var source = SourceTree.Read(commit, sources, cancellation);
        return source.TryGet(out var files, out var error) ? SourceTar.Write(files, cancellation) : error;
    }

    public Error Explain(LibGit2SharpException exception)
    {
        if (exception is UserCancelledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return GitErrors.SourceTooLarge.With($"The repository's history is larger than {limits.ReceivedBytes / (1024 * 1024)} MB.");
        }

        return GitFailure.Explain(exception.Message, Explainable);
    }

    private GitFailureContext Explainable => new(url, credential);

    private static Error NotFound(string commitId) => GitErrors.RefNotFound.With($"No branch or tag of the repository holds the commit {commitId}.");

    private static Result<Done>? Existing(AdvertisedRefs refs, string tag, string commitId)
    {
        if (!refs.Tags.TryGetValue(tag, out var target))
            return null;
        return target == commitId ? Done.Value : GitErrors.TagExists.With($"The tag {tag} already exists on the commit {target}.");
    }

    /// <summary>
    /// Brings a commit with its history. Asking for a commit by id needs a server that allows it, so the ref that stands there is
    /// asked for, or else everything. Never shallow: this library fetches (other than it clones) at full depth whatever
    /// the options say, and it can't push from a shallow repository, because it walks parents that are not there.
    /// </summary>
    private Commit? Fetch(Repository repository, Remote remote, AdvertisedRefs refs, string commitId)
    {
        if (commitId.Length != 40 || !commitId.All(char.IsAsciiHexDigitLower))
            return null;
        var options = new FetchOptions
        {
            TagFetchMode = TagFetchMode.None,
            OnTransferProgress = progress => !cancellation.IsCancellationRequested && progress.ReceivedBytes <= limits.ReceivedBytes,
        };
        var holder = refs.Branches.Where(branch => branch.Value == commitId).Select(branch => Branches + branch.Key)
            .Concat(refs.Tags.Where(tag => tag.Value == commitId).Select(tag => Tags + tag.Key))
            .FirstOrDefault();
        string[] everything = [$"+{Branches}*:{Fetched}heads/*", $"+{Tags}*:{Fetched}tags/*"];
        string[][] attempts = holder is null ? [everything] : [[$"+{holder}:{Fetched}holder"], everything];
        foreach (var refspecs in attempts)
        {
            cancellation.ThrowIfCancellationRequested();
            options.CredentialsProvider = AnswerOnce();
            Commands.Fetch(repository, remote.Name, refspecs, options, null);
            if (repository.Lookup<Commit>(commitId) is { } commit)
                return commit;
        }

        return null;
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
