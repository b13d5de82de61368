using ProCode.Functions.Tests.Pipelines;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Deliveries;

/// <summary>The app is killed with -9 while it applies a delivery. Started again, it releases the tag once.</summary>
public sealed class DeliveryCrashTests(CrashTests.Victim victim) : IClassFixture<CrashTests.Victim>
{
    [Theory]
    [InlineData("after-effect:ApplyDeliveryActivity:1")]
    [InlineData("after-record:ApplyDeliveryActivity:1")]
    public async Task Receive_KilledAtANamedPoint_ReleasesTheTagOnce(string point)
    {
        var stack = victim.Stack;
        await stack.KillAndRestartAsync(new Dictionary<string, string?>(SharedStack.Settings) { ["ProCodeLocal__CrashAt"] = point });
        var app = await HookedApp.CreateAsync(stack, releaseOnTag: true);
        await app.PushTagAsync("v1.0.0");
        var id = HookedApp.IdOf(await app.SendAsync("""{"ref":"refs/tags/v1.0.0"}"""));
        await stack.App.Exited.WaitAsync(WaitFor.Deadline);
        await stack.KillAndRestartAsync(new Dictionary<string, string?>(SharedStack.Settings));

        var ended = await app.EndAsync(id);

        Assert.Equal("APPLIED", ended.Status);
        Assert.Equal("SUCCESS", (await stack.Client.WaitForEndAsync(ended.LedTo!.PipelineId!.Value)).Status);
        var made = await stack.Client.SendAsync(HttpMethod.Get, $"pipelines?appId={app.Release.App.Id}&type=PHASE");
        Assert.Single(made.Data.GetProperty("items").EnumerateArray());
        Assert.Single(await app.ListAsync());
    }
}
