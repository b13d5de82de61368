using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Credentials;
using ProCode.Functions.Health;
using ProCode.Functions.Http;
using ProCode.Functions.Pipelines;
using ProCode.Identity;
using ProCode.Results;

namespace ProCode.Functions.Tests.Http;

public sealed class EndpointPermissionsTests
{
    [Fact]
    public void Of_GuardedFunction_IsItsPermission() =>
        Assert.Equal(new EndpointAccess(Permission.CredentialsWrite, null, Idempotent: true), EndpointPermissions.Of(typeof(CreateCredential)));

    /// <summary>Who may only look at pipelines does nothing with them, and is told what is missing.</summary>
    [Theory]
    [InlineData(typeof(RetryPipeline))]
    [InlineData(typeof(ResumePipeline))]
    [InlineData(typeof(RestartPipeline))]
    [InlineData(typeof(ProceedWithPipeline))]
    [InlineData(typeof(CancelRunningPipeline))]
    [InlineData(typeof(PutStageConfigs))]
    public void RefusalOf_APipelineCommandByWhoMayOnlyRead_IsForbidden(Type command)
    {
        var access = EndpointPermissions.Of(command)!;
        Assert.Equal(command != typeof(PutStageConfigs), access.Idempotent);

        var refusal = access.RefusalOf(new Principal("viewer", "Viewer", new HashSet<Permission> { Permission.PipelinesRead }))!;
        Assert.Equal((ErrorKind.Forbidden, 40301), (refusal.Kind, refusal.Code.Number));
        Assert.Equal(new ErrorDetail("permission", "pipelines:write"), Assert.Single(refusal.Details));
        Assert.Equal(ErrorKind.Unauthenticated, access.RefusalOf(null)!.Kind);
        Assert.Null(access.RefusalOf(new Principal("operator", "Operator", new HashSet<Permission> { Permission.PipelinesWrite })));
    }

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
