using ProCode.Results;

namespace ProCode.Repos;

/// <summary>
/// A git server, as far as releases need it. Implementations are stateless and safe for concurrent use; every call ends within
/// 30 s; expected failures come back as <see cref="GitErrors"/> (and <see cref="Outbound.OutboundErrors"/> for a URL that may not be
/// called), never as exceptions; credentials never reach a log or a message.
/// </summary>
public interface IGitHost
{
    /// <summary>The branches, tags and default branch that the server advertises. Also the way to ask whether a repository answers.</summary>
    Task<Result<GitRefs>> ListRefsAsync(GitRemote remote, CancellationToken cancellation);

    /// <summary>Makes an annotated tag on a commit, once: the same name on the same commit is fine, on another it is
    /// <see cref="GitErrors.TagExists"/>, whoever made it and however often this is called.</summary>
    Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation);

    /// <summary>Writes the files of a commit as a tar: ustar or GNU entries in ordinal path order, regular files, executable files
    /// and symbolic links only, fixed times and owners, so that the same commit is always the same bytes. Submodules are left out.
    /// Nothing is written unless the whole source was read and found safe: at most 200 MB and 20,000 entries
    /// (<see cref="GitErrors.SourceTooLarge"/>), no path or link that leads out of the tree (<see cref="GitErrors.SourceUnsafe"/>).</summary>
    Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation);
}

/// <summary>Where a repository is and how to be let in. <paramref name="Url"/> is http(s) without user info.</summary>
public sealed record GitRemote(string Url, GitCredential? Credential);

/// <summary>What a server advertises. Names are short (<c>main</c>, <c>v1.0.0</c>); values are the full hexadecimal ids of
/// commits, annotated tags peeled.</summary>
public sealed record GitRefs(string? DefaultBranch, IReadOnlyDictionary<string, string> Branches, IReadOnlyDictionary<string, string> Tags);
