namespace ProCode.Local.Durable.Running;

/// <summary>
/// What became of the events that all engines of this process disturbed, said on stderr when it ends: a suite that passed with none of them lost
/// has shown nothing. (Hosts of tests have no log that anyone reads.)
/// </summary>
internal static class EventChaosTally
{
    private static int _runs, _arrived, _lost, _moved;

    static EventChaosTally() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Error.WriteLine(Line);

    /// <summary>From now on the line will be said, also when there is nothing to count.</summary>
    public static void Watch()
    {
        // The static constructor does it, once.
    }

    /// <summary>The line; all numbers are of this process so far.</summary>
    public static string Line =>
        $"Events around ContinueAsNew: {_arrived} arrived before the first steps of {_runs} runs, {_lost} of them were lost, {_moved} changed their order.";

    /// <param name="arrived">Where each event stood among what had arrived.</param>
    /// <param name="passed">The same of those that were left, in the order that they were given in.</param>
    public static void Add(long[] arrived, long[] passed)
    {
        Interlocked.Increment(ref _runs);
        Interlocked.Add(ref _arrived, arrived.Length);
        Interlocked.Add(ref _lost, arrived.Length - passed.Length);
        Interlocked.Add(ref _moved, passed.Zip(passed.Order()).Count(pair => pair.First != pair.Second));
    }
}
