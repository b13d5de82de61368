namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What people and the world outside do.</summary>
internal enum ModelAction
{
    Plan,
    EnterTesting,
    EnterStaging,
    Release,
    Close,
    StartPipeline,
    Proceed,
    Retry,
    Resume,
    Restart,
    Cancel,
    Configure,
    CallBackSuccess,
    CallBackFailure,
    CallBackLate,
    PollSuccess,
    PollFailure,
    Git,
    Ops,
    Crash,
    LoseInstance,
    PassTime,
}

/// <summary>
/// One command. What it is about is counted out among what there is, so that a list of commands stays one when some are left out. A command whose call is lost
/// is followed by time, in which the sweep makes up for it.
/// </summary>
internal sealed record ModelCommand(ModelAction Action, int On, int Detail, bool LosesCall)
{
    // How often each happens, in the order of the actions.
    private static readonly int[] Weights = [5, 8, 5, 9, 2, 5, 7, 6, 6, 6, 6, 7, 16, 8, 4, 5, 3, 2, 2, 3, 3, 6];

    public static IReadOnlyList<ModelCommand> Many(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => One(random))];

    public override string ToString() => $"new({nameof(ModelAction)}.{Action}, {On}, {Detail}, {(LosesCall ? "true" : "false")})";

    private static ModelCommand One(Random random)
    {
        var at = random.Next(Weights.Sum());
        var action = 0;
        while (at >= Weights[action]) at -= Weights[action++];
        return new ModelCommand((ModelAction)action, random.Next(1000), random.Next(1000), random.Next(8) == 0);
    }
}
