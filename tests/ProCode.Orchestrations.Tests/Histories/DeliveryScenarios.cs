using ProCode.Deliveries;
using ProCode.Orchestrations.Tests.Deliveries;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of a delivery.</summary>
internal static class DeliveryScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("delivery-straight-through", platform => CarryOutAsync(platform, DeliveryStatus.APPLIED)),
        new("delivery-waits-for-the-host", platform =>
        {
            for (var i = 0; i < 2; i++) platform.Git.RefTroubles.Enqueue(Hooks.Away);
            return CarryOutAsync(platform, DeliveryStatus.APPLIED);
        }),
        new("delivery-waits-for-our-storage", platform =>
        {
            for (var i = 0; i < 4; i++) platform.Tables.BreakBefore("DELETE", "outbox-APPLY_DELIVERY"); // One more than the activity is tried.
            return CarryOutAsync(platform, DeliveryStatus.APPLIED);
        }),
        new("delivery-is-given-up", platform =>
        {
            platform.Git.Down = Hooks.Away;
            return CarryOutAsync(platform, DeliveryStatus.FAILED);
        }),
    ];

    private static async Task CarryOutAsync(TestPlatform platform, DeliveryStatus end)
    {
        var (app, secret) = await platform.GivenHookedAppAsync();
        await platform.GivenIterationAsync(app);
        var request = platform.Signed(secret, """{"ref":"refs/heads/main"}""", "push-1");
        var delivery = (await platform.TryTakeAsync(app, request)).Value;
        Assert.Equal(end, (await platform.CarryOutAsync(delivery)).Status);
    }
}
