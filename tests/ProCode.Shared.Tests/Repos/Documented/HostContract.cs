using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.Documented;

/// <summary>A server of its own for each test, and a host that talks to it.</summary>
public abstract class HostContract : IAsyncLifetime
{
    internal DocumentedServer Server { get; }

    internal IGitHost Host { get; private set; } = null!;

    internal GitRemote Remote => Server.Remote;

    internal FakeProject Project => Server.Project;

    private protected HostContract(DocumentedServer server) => Server = server;

    public async ValueTask InitializeAsync()
    {
        await Server.StartAsync();
        Host = Server.NewHost();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
    }

    /// <summary>The value; a failure is told in its own words.</summary>
    protected static T Ok<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value : throw new Xunit.Sdk.XunitException($"{error.Code.Name}: {error.Message}");

    /// <summary>The error, which must be of this kind and hold no secret.</summary>
    protected static Error Fails<T>(ErrorCode code, Result<T> result)
    {
        Assert.False(result.Succeeded);
        Assert.Equal(code.Name, result.Error!.Code.Name);
        Assert.DoesNotContain(DocumentedServer.Token, result.Error.Message, StringComparison.Ordinal);
        return result.Error;
    }
}
