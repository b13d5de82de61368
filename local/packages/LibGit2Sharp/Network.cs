using System.Collections;

namespace LibGit2Sharp;

/// <summary>A repository's dealings with others.</summary>
public class Network
{
    private readonly Repository _repository;

    internal Network(Repository repository) => (_repository, Remotes) = (repository, new RemoteCollection(repository));

    public virtual RemoteCollection Remotes { get; }

    /// <summary>Updates one ref of a remote. What the server refuses is told to <see cref="PushOptions.OnPushStatusError"/>.</summary>
    public virtual void Push(Remote remote, string pushRefSpec, PushOptions pushOptions)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentException.ThrowIfNullOrEmpty(pushRefSpec);
        var (provider, lease) = (pushOptions?.CredentialsProvider, Array.Empty<string>());
        if (pushOptions?.OnNegotiationCompletedBeforePush is { } ask)
        {
            var negotiation = new PushNegotiation(_repository, remote, pushOptions);
            lease = [negotiation.Lease(ask, pushRefSpec)];
            provider = provider is null ? null : negotiation.Again;
        }

        var output = RemoteCall.Run(
            _repository.Folder,
            remote.Url,
            provider,
            null,
            ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", .. lease, "--", remote.Name, pushRefSpec],
            mayBeRefused: true);

        // "!<tab><from>:<to><tab>[rejected] (why)" is git's own refusal, "[remote rejected] (why)" the server's.
        foreach (var line in output.Text.Split('\n').Where(line => line.StartsWith("!\t", StringComparison.Ordinal)))
        {
            var fields = line.Split('\t');
            var reason = fields[2][(fields[2].IndexOf('(', StringComparison.Ordinal) + 1)..].TrimEnd(')');
            // A broken lease is a ref that came between: only the server can tell the library so.
            if (fields[2].StartsWith("[rejected]", StringComparison.Ordinal) && reason != "stale info")
                throw new NonFastForwardException("cannot push non-fastforwardable reference");
            pushOptions?.OnPushStatusError?.Invoke(new PushStatusError(fields[1][(fields[1].LastIndexOf(':') + 1)..], reason));
        }
    }
}

/// <summary>The remotes that a repository knows by name.</summary>
public class RemoteCollection : IEnumerable<Remote>
{
    private readonly Repository _repository;

    internal RemoteCollection(Repository repository) => _repository = repository;

    public virtual Remote Add(string name, string url)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(url);
        var output = GitProgram.Run(_repository.Folder, ["remote", "add", "--", name, url]);
        if (output.Errors.Contains("already exists", StringComparison.Ordinal))
            throw new NameConflictException($"remote '{name}' already exists");
        if (output.Errors.Contains("not a valid remote name", StringComparison.Ordinal))
            throw new InvalidSpecificationException($"'{name}' is not a valid remote name.");
        output.ThrowIfFailed();
        return new Remote(_repository, name, url);
    }

    public virtual IEnumerator<Remote> GetEnumerator()
    {
        // "remote.<name>.url <url>" lines; git ends with 1 when there is none.
        const string prefix = "remote.";
        var lines = GitProgram.Run(_repository.Folder, ["config", "--get-regexp", @"^remote\..*\.url$"]).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(line => line.Split(' ', 2)).Select(pair => new Remote(_repository, pair[0][prefix.Length..^".url".Length], pair[1])).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Another repository, by name.</summary>
public class Remote : IBelongToARepository, IDisposable
{
    private readonly Repository _repository;

    internal Remote(Repository repository, string name, string url) => (_repository, Name, Url) = (repository, name, url);

    public virtual string Name { get; }

    public virtual string Url { get; }

    IRepository IBelongToARepository.Repository => _repository;

    /// <summary>Nothing is held open; the real one frees native memory here.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}
