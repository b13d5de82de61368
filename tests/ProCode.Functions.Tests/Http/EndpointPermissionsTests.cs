using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Credentials;
using ProCode.Functions.Health;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Tests.Http;

public sealed class EndpointPermissionsTests
{
    [Fact]
    public void Of_GuardedFunction_IsItsPermission() =>
        Assert.Equal(new EndpointAccess(Permission.CredentialsWrite, null, Idempotent: true), EndpointPermissions.Of(typeof(CreateCredential)));

    [Fact]
    public void Of_OpenFunction_HasItsReason() => Assert.NotNull(EndpointPermissions.Of(typeof(GetHealth))?.OpenReason);

    [Fact]
    public void Of_FunctionThatSaysNothing_IsNull() => Assert.Null(EndpointPermissions.Of(typeof(Silent)));

    [Fact]
    public void Of_FunctionThatSaysBoth_IsNull() => Assert.Null(EndpointPermissions.Of(typeof(Contradictory)));

    // Not public, so that the host doesn't take them for functions.
    private sealed class Silent
    {
        [Function("Silent")]
        public void Run()
        {
        }
    }

    private sealed class Contradictory
    {
        [Function("Contradictory")]
        [RequirePermission(Permission.AppsRead)]
        [OpenEndpoint("for the test")]
        public void Run()
        {
        }
    }
}
