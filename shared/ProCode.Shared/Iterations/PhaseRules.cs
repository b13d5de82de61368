using ProCode.Deployments;

namespace ProCode.Iterations;

/// <summary>What distinguishes the phases: the event that enters each, and the environment it deploys to.</summary>
public static class PhaseRules
{
    /// <summary>What happens to an iteration that enters the phase.</summary>
    public static IterationEvent Entry(this PhaseType phase) => phase switch
    {
        PhaseType.TESTING => IterationEvent.EnterTesting,
        PhaseType.STAGING => IterationEvent.EnterStaging,
        PhaseType.RELEASE => IterationEvent.EnterRelease,
    };

    /// <summary>Where the phase deploys to.</summary>
    public static string Environment(this PhaseType phase) => phase switch
    {
        PhaseType.TESTING => AppEnvironment.Testing,
        PhaseType.STAGING => AppEnvironment.Staging,
        PhaseType.RELEASE => AppEnvironment.Production,
    };
}
