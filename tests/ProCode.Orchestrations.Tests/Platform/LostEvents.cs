using Microsoft.DurableTask.Worker;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>What tests do where the engine loses events (ProCodeLocal__EventChaos): of one that was lost, what it would have told is seen at the next look, and that takes time.</summary>
internal static class LostEvents
{
    public static bool Happen { get; } = EmbeddedDurableOptions.EventChaosOfEnvironment is not null;

    /// <summary>For a test of a clock that stands.</summary>
    public static void SkipTest() => Assert.SkipWhen(Happen, "That it takes no time is true where no event is lost.");
}
