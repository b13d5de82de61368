using System.Net.Sockets;
using System.Text;
using LibGit2Sharp.Handlers;

namespace LibGit2Sharp;

/// <summary>
/// Answers git's question for credentials over a Unix socket in a folder that only this user can enter. Git asks through its own
/// client for such sockets (<c>git credential-cache get</c>), so the secret goes from memory to memory: it is on no command line,
/// in no environment, in no file, and only given when the server wants it. The socket lives as long as one run of git.
/// </summary>
internal sealed class CredentialDesk : IDisposable
{
    // Only "get" is passed on: "store" to a desk that has closed would make git start a daemon of its own that keeps the secret.
    private const string Helper = """credential.helper=!f() { if test "$1" = get; then git credential-cache --socket "$GIT_CREDENTIAL_DESK" get; else while read -r line; do :; done; fi; }; f""";

    private readonly DirectoryInfo _folder;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _url;
    private readonly CredentialsHandler _provider;
    private readonly Task _serving;

    /// <summary><paramref name="prepared"/> is what the provider has said already.</summary>
    internal CredentialDesk(string url, CredentialsHandler provider, UsernamePasswordCredentials? prepared)
    {
        (_url, _provider, Given) = (url, provider, prepared);
        _folder = Directory.CreateTempSubdirectory("procode-git-"); // mode 0700; swept with the rest if we are killed
        var path = Path.Combine(_folder.FullName, "s");
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen();
        Settings = [Helper];
        Environment = [("GIT_CREDENTIAL_DESK", path)];
        _serving = ServeAsync(prepared);
    }

    internal IReadOnlyList<string> Settings { get; }

    internal IReadOnlyList<(string Name, string? Value)> Environment { get; }

    /// <summary>What git was given, if it asked.</summary>
    internal UsernamePasswordCredentials? Given { get; private set; }

    /// <summary>What the provider threw.</summary>
    internal Exception? Failure { get; private set; }

    internal UsernamePasswordCredentials? Ask(string url) => _provider(url, UserIn(_url)!, SupportedCredentialTypes.UsernamePassword) switch
    {
        null => null,
        UsernamePasswordCredentials { Username: not null, Password: not null } pair when !(pair.Username + pair.Password).AsSpan().ContainsAny('\n', '\0') => pair,
        _ => throw new LibGit2SharpException("invalid credentials"),
    };

    public void Dispose()
    {
        _socket.Dispose();
        _serving.Wait(TimeSpan.FromSeconds(1)); // not for ever: a stranger may hold a connection open
        _folder.Delete(recursive: true);
    }

    private static string? UserIn(string url) => new Uri(url).UserInfo.Split(':')[0] is { Length: > 0 } user ? user : null;

    private async Task ServeAsync(UsernamePasswordCredentials? prepared)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                using var client = await _socket.AcceptAsync();
                await using var stream = new NetworkStream(client);
                using var reader = new StreamReader(stream, leaveOpen: true);
                var question = await reader.ReadToEndAsync(); // git closes its side when it has asked
                Given = prepared ?? Ask(UrlOf(question));
                prepared = null;
                if (Given is not null)
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"username={Given.Username}\npassword={Given.Password}\n"));
            }
        }
        catch (SocketException)
        {
            // The desk has closed.
        }
        catch (ObjectDisposedException)
        {
            // The same, seen a moment earlier.
        }
        catch (Exception exception) // the provider's, which the caller gets
        {
            Failure = exception;
            _socket.Dispose();
        }
    }

    // The provider is told the URL it knows, unless a redirect has led to another server: that must not look like the known one.
    private string UrlOf(string question)
    {
        var fields = question.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var asked = $"{fields["protocol"].FirstOrDefault()}://{fields["host"].FirstOrDefault()}";
        return string.Equals(asked, $"{new Uri(_url).Scheme}://{new Uri(_url).Authority}", StringComparison.OrdinalIgnoreCase) ? _url : asked;
    }
}
