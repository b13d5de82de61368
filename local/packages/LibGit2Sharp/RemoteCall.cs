using LibGit2Sharp.Handlers;

namespace LibGit2Sharp;

/// <summary>Runs a git command that talks to a server, with libgit2's manners: credentials are asked for when the server wants
/// some and again when it refuses them, and failures carry libgit2's messages.</summary>
internal static class RemoteCall
{
    // libgit2 gives up after so many, whoever answers.
    private const int MaxReplays = 15;

    internal static GitOutput Run(
        string? gitFolder, string url, CredentialsHandler? provider, TransferProgressHandler? progress, IReadOnlyList<string> arguments, bool mayBeRefused = false)
    {
        Func<bool>? goOn = progress is null || gitFolder is null ? null : () => progress(new TransferProgress(SizeOfObjects(gitFolder)));
        UsernamePasswordCredentials? next = null;
        for (var replays = 0; replays < MaxReplays;)
        {
            using var desk = provider is null ? null : new CredentialDesk(url, provider, next);
            var output = GitProgram.Run(gitFolder, arguments, null, new GitCall(desk?.Settings ?? [], desk?.Environment ?? [], goOn));
            if (desk?.Failure is { } failure)
                throw new LibGit2SharpException(failure.Message, failure);
            if (output.ExitCode == 0 || (mayBeRefused && output.Text.Contains("!\t", StringComparison.Ordinal)))
                return output;
            if (desk?.Given is not { } given || !RemoteFailure.IsRefusal(output.Errors))
                throw RemoteFailure.From(output.Errors, url);

            // The server's answer to the same credentials is known: only new ones are worth a new run.
            do
            {
                replays++;
                next = desk.Ask(url) ?? throw RemoteFailure.NobodyToAsk();
            }
            while (replays < MaxReplays && (next.Username, next.Password) == (given.Username, given.Password));
        }

        throw new LibGit2SharpException("too many redirects or authentication replays");
    }

    // What has arrived so far: git writes a pack under a temporary name while it is being received.
    private static long SizeOfObjects(string gitFolder)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(gitFolder, "objects")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0; // a file was renamed in the middle of the count; the next tick counts again
        }
    }
}
