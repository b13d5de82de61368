using System.Diagnostics.CodeAnalysis;
using LibGit2Sharp.Handlers;

namespace LibGit2Sharp;

/// <summary>Tells a caller what a push would change before it does, and keeps git to exactly that.</summary>
internal sealed class PushNegotiation(Repository repository, Remote remote, PushOptions options)
{
    private (string Url, Credentials Credentials)? _given;

    /// <summary>Asks the caller; what git is to be told so that it changes nothing else than what the caller has seen.</summary>
    internal string Lease(PrePushHandler ask, string refspec)
    {
        var names = refspec.TrimStart('+').Split(':', 2);
        var target = (repository.Objects.Find(names[0]) ?? throw new LibGit2SharpException($"src refspec {names[0]} does not match any")).Id;
        var standing = Repository.ListRemoteReferences(remote.Url, options.CredentialsProvider is null ? null! : Remember)
            .FirstOrDefault(reference => reference.CanonicalName == names[1])?.TargetIdentifier;
        if (!ask([new PushUpdate(names[0], new ObjectId(standing ?? new string('0', 40)), names[1], target)]))
            throw new UserCancelledException("push_negotiation callback returned -7");

        // A lease also allows what is no fast-forward: that is for us to refuse.
        if (standing is not null && refspec[0] != '+' && !IsAncestor(standing, target))
            throw new NonFastForwardException("cannot push non-fastforwardable reference");
        return $"--force-with-lease={names[1]}:{standing}";
    }

    /// <summary>The library asks and pushes over one connection, so what was given counts for both.</summary>
    internal Credentials Again(string url, string usernameFromUrl, SupportedCredentialTypes types)
    {
        var (given, known) = (_given?.Credentials, _given?.Url == url);
        _given = null;
        return known ? given! : options.CredentialsProvider(url, usernameFromUrl, types);
    }

    private Credentials Remember(string url, string usernameFromUrl, SupportedCredentialTypes types)
    {
        var credentials = options.CredentialsProvider(url, usernameFromUrl, types);
        _given = (url, credentials);
        return credentials;
    }

    private bool IsAncestor(string standing, ObjectId target) =>
        repository.Objects.Find(standing) is not null && GitProgram.Run(repository.Folder, ["merge-base", "--is-ancestor", standing, target.Sha]).ExitCode == 0;
}

/// <summary>What a push would change: <see cref="SourceObjectId"/> is what stands on the server, zeros when nothing does.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Fields are what the library has.")]
public class PushUpdate
{
    public readonly string SourceRefName;

    public readonly string DestinationRefName;

    public readonly ObjectId SourceObjectId;

    public readonly ObjectId DestinationObjectId;

    internal PushUpdate(string sourceRefName, ObjectId sourceObjectId, string destinationRefName, ObjectId destinationObjectId) =>
        (SourceRefName, SourceObjectId, DestinationRefName, DestinationObjectId) = (sourceRefName, sourceObjectId, destinationRefName, destinationObjectId);
}
