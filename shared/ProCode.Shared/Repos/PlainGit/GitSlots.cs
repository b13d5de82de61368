using System.Diagnostics.CodeAnalysis;

namespace ProCode.Repos.PlainGit;

/// <summary>Places for calls to git servers: so many in all, and fewer to any one server, so that one that keeps silent doesn't stop the calls to
/// all others. Waiting for the own server comes first and holds no place of the others.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call that was left behind gives its place back later, whatever has been disposed by then.")]
internal sealed class GitSlots(int all, int perServer)
{
    private readonly SemaphoreSlim _all = new(all);
    private readonly Dictionary<string, Server> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place; what is returned gives it back, and is called once.</summary>
    public async Task<Action> TakeAsync(Uri url, CancellationToken cancellation)
    {
        var server = Enter(url.Authority);
        try
        {
            await server.Places.WaitAsync(cancellation);
        }
        catch
        {
            Leave(url.Authority, server);
            throw;
        }

        try
        {
            await _all.WaitAsync(cancellation);
        }
        catch
        {
            server.Places.Release();
            Leave(url.Authority, server);
            throw;
        }

        return () =>
        {
            _all.Release();
            server.Places.Release();
            Leave(url.Authority, server);
        };
    }

    private Server Enter(string name)
    {
        lock (_servers)
        {
            if (!_servers.TryGetValue(name, out var server)) _servers[name] = server = new Server(new SemaphoreSlim(perServer));
            server.Callers++;
            return server;
        }
    }

    // Servers are named by users: what nobody calls any more is forgotten.
    private void Leave(string name, Server server)
    {
        lock (_servers)
        {
            if (--server.Callers == 0) _servers.Remove(name);
        }
    }

    private sealed class Server(SemaphoreSlim places)
    {
        public SemaphoreSlim Places { get; } = places;

        public int Callers { get; set; }
    }
}
