using ProCode.Results;

namespace ProCode.Deployments.ProcessTarget;

public sealed class ProcessTargetRefusalTests
{
    [Theory]
    [InlineData("nothing-of-the-kind")]
    [InlineData("../one")]
    [InlineData("")]
    public async Task GetStatusAndCancel_UnknownId_IsNotFound(string id)
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();

        Assert.Equal(DeploymentErrors.DeploymentNotFound, (await target.GetStatusAsync(id, default)).Error?.Code);
        Assert.Equal(DeploymentErrors.DeploymentNotFound, (await target.CancelAsync(id, default)).Error?.Code);
    }

    [Fact]
    public async Task Create_BadRequest_IsRefusedAndChangesNothing()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        var good = await harness.RequestAsync("one", Agents.Good("v1"));
        DeploymentRequest[] bad =
        [
            good with { DeployId = "../x" },
            good with { DeployId = "a.b" },
            good with { CallbackSecret = "whsec_" },
            good with { Environment = "" },
            good with { Environment = "a/b" },
            good with { Config = good.Config with { HealthPath = "health" } },
            good with { Config = good.Config with { HealthPath = "/he alth" } },
        ];

        foreach (var request in bad)
            Assert.Equal(ErrorKind.Invalid, (await target.CreateAsync(request, default)).Error?.Kind);
        Assert.False(Directory.Exists(harness.ProcessPath));
    }

    [Fact]
    public async Task Create_ImageThatCantRun_FailsWithTheReason()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        var request = await harness.RequestAsync("x", Agents.Good("v1"));

        var tooLong = new DeploymentConfig(new Dictionary<string, string> { ["X"] = new('x', 3_000_000) }, "", "", 1, 8080, "/health");
        Assert.StartsWith("AGENT_NOT_STARTABLE: The agent's command could not", await MessageAsync(request with { DeployId = harness.Id("f"), Config = tooLong }), StringComparison.Ordinal);
        Assert.StartsWith("IMAGE_NOT_FOUND: ", await MessageAsync(request with { DeployId = harness.Id("a"), Digest = "sha256:00" }), StringComparison.Ordinal);
        Assert.Equal("AGENT_NOT_STARTABLE: The process target starts python3, python, node, java or a program of the image, not 'bash'.", await MessageOfAsync("b", "bash"));
        Assert.Equal("AGENT_NOT_STARTABLE: The image has no file './run', its entrypoint.", await MessageOfAsync("c", "./run"));
        Assert.Equal("AGENT_NOT_STARTABLE: './main.py', the image's entrypoint, is not executable.", await MessageOfAsync("d", "./main.py"));
        Assert.Equal("AGENT_NOT_STARTABLE: The image has no file '../../../../../../bin/sh', its entrypoint.", await MessageOfAsync("e", "../../../../../../bin/sh"));

        async Task<string> MessageAsync(DeploymentRequest request)
        {
            var state = (await target.CreateAsync(request, default)).Value;
            Assert.Equal(OpsStatus.FAILED, state.Status);
            return state.Message;
        }

        async Task<string> MessageOfAsync(string name, string program) =>
            await MessageAsync(request with { DeployId = harness.Id(name), Digest = await harness.Images.AddAsync(Agents.Good("v1"), program) });
    }
}
