namespace ProCode.Functions.Tests.Deliveries;

/// <summary>The app is killed with -9 while it applies a delivery. Started again, it releases the tag once.</summary>
[Collection(typeof(VictimCollection))]
public sealed class DeliveryCrashTests(Victim victim)
{
    [Fact]
    public async Task Receive_KilledAfterItsEffectAndAfterItsRecord_ReleasesTheTagOnce()
    {
        var stack = victim.Stack;
        await victim.StartAsync("after-effect:ApplyDeliveryActivity");
        var app = await HookedApp.CreateAsync(stack, releaseOnTag: true);
        await app.PushTagAsync("v1.0.0");
        var id = HookedApp.IdOf(await app.SendAsync("""{"ref":"refs/tags/v1.0.0"}"""));
        await victim.DiedAsync();
        if (await victim.StartAsync("after-record:ApplyDeliveryActivity")) await victim.DiedAsync();
        await victim.StartAsync();

        var ended = await app.EndAsync(id);

        Assert.Equal("APPLIED", ended.Status);
        Assert.Equal("SUCCESS", (await stack.Client.WaitForEndAsync(ended.LedTo!.PipelineId!.Value)).Status);
        var made = await stack.Client.SendAsync(HttpMethod.Get, $"pipelines?appId={app.Release.App.Id}&type=PHASE");
        Assert.Single(made.Data.GetProperty("items").EnumerateArray());
        Assert.Single(await app.ListAsync());
    }
}
