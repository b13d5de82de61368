using FsCheck;
using FsCheck.Fluent;

namespace ProCode.Runtime.Tests.Durable.Model;

/// <summary>What a random orchestration does next.</summary>
internal enum ActKind
{
    /// <summary>Calls an activity.</summary>
    Call,

    /// <summary>Calls several at once.</summary>
    Fan,

    /// <summary>Calls an activity that fails a few times, and tries it again.</summary>
    Flaky,

    /// <summary>Calls an activity that always fails, as often as its retries allow.</summary>
    Broken,

    /// <summary>Waits for a timer.</summary>
    Sleep,

    /// <summary>Waits for the next event of a name.</summary>
    Wait,

    /// <summary>Waits for an event that never comes, until it has waited long enough.</summary>
    Silence,

    /// <summary>Sends itself an event and waits for it.</summary>
    Echo,

    /// <summary>Lets an activity race a timer that is far away, and cancels that.</summary>
    Race,

    /// <summary>Asks for an activity and a timer and waits for neither.</summary>
    Abandon,

    /// <summary>Sets the custom status.</summary>
    Say,

    /// <summary>Runs other acts in a sub-orchestration.</summary>
    Child,

    /// <summary>The same, and it throws in the end.</summary>
    BrokenChild,

    /// <summary>Runs other acts at the same time.</summary>
    AtOnce,
}

/// <summary>One act. What <paramref name="Number"/> means depends on the kind.</summary>
internal sealed record Act(ActKind Kind, int Number, IReadOnlyList<Act> Inner)
{
    public override string ToString() => Inner.Count == 0 ? $"{Kind}{Number}" : $"{Kind}{Number}({string.Join(' ', Inner)})";
}

/// <summary>An orchestration: its acts from one ContinueAsNew to the next, and whether it throws in the end.</summary>
internal sealed record Plan(IReadOnlyList<IReadOnlyList<Act>> Turns, bool Throws)
{
    public override string ToString() => $"{string.Join(" | ", Turns.Select(turn => string.Join(' ', turn)))}{(Throws ? " throws" : "")}";
}

/// <summary>What happens to the instances from outside.</summary>
internal enum CommandKind
{
    Raise,
    Suspend,
    Resume,
    Pause,
    Reopen,
}

/// <summary>One command to one of the instances.</summary>
internal sealed record Command(CommandKind Kind, int Instance, int Name)
{
    public override string ToString() => $"{Kind}({Instance},{Name})";
}

/// <summary>Several orchestrations at once on one engine, what is done to them, and after how many operations on its file each process dies.</summary>
internal sealed record Case(IReadOnlyList<Plan> Plans, IReadOnlyList<Command> Commands, IReadOnlyList<int> Deaths, bool ForceReplay)
{
    public override string ToString() =>
        $"\nplans:\n{string.Join('\n', Plans)}\ncommands: {string.Join(' ', Commands)}\ndeaths after: {string.Join(' ', Deaths)}\nforce replay: {ForceReplay}";
}

/// <summary>Random cases, and smaller ones.</summary>
internal static class Cases
{
    public const int Names = 2;

    private const int MostPlans = 3;

    private static readonly ActKind[] Simple = [ActKind.Call, ActKind.Fan, ActKind.Flaky, ActKind.Broken, ActKind.Sleep, ActKind.Silence, ActKind.Race, ActKind.Say];

    public static Arbitrary<Case> Any { get; } = Arb.From(
        from plans in Gen.Choose(1, MostPlans).SelectMany(count => Plans.ListOf(count))
        from commands in Commands.ListOf().Resize(12)
        from deaths in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 3))).SelectMany(count => Gen.Choose(1, 400).ListOf(count))
        from force in Gen.Elements(true, false)
        select new Case([.. plans], [.. commands], [.. deaths], force),
        Smaller);

    private static Gen<Act> Acts => Gen.Frequency(
        (6, Simply(Simple)),
        (4, Simply(ActKind.Wait, ActKind.Echo)),
        (2, Simply(ActKind.Abandon)),
        (2, Nested(ActKind.Child, ActKind.BrokenChild)),
        (2, Nested(ActKind.AtOnce)));

    private static Gen<Plan> Plans =>
        from turns in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
            .SelectMany(count => Gen.Choose(1, 5).SelectMany(acts => Acts.ListOf(acts)).ListOf(count))
        from throws in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Plan([.. turns.Select(turn => (IReadOnlyList<Act>)[.. turn])], throws);

    private static Gen<Command> Commands =>
        from kind in Gen.Frequency(
            (6, Gen.Constant(CommandKind.Raise)),
            (2, Gen.Constant(CommandKind.Suspend)),
            (2, Gen.Constant(CommandKind.Resume)),
            (2, Gen.Constant(CommandKind.Pause)),
            (1, Gen.Constant(CommandKind.Reopen)))
        from instance in Gen.Choose(0, MostPlans - 1)
        from name in Gen.Choose(0, Names - 1)
        select new Command(kind, instance, name);

    private static Gen<Act> Simply(params ActKind[] kinds) =>
        from kind in Gen.Elements(kinds)
        from number in Gen.Choose(0, 3)
        select new Act(kind, number, []);

    // Nothing inside waits for events: those are sent to the instance, not to its children, and of several waiters the latest would get them.
    private static Gen<Act> Nested(params ActKind[] kinds) =>
        from kind in Gen.Elements(kinds)
        from number in Gen.Choose(0, 1)
        from inner in Gen.Choose(1, 3).SelectMany(count => Simply(Simple).ListOf(count))
        select new Act(kind, number, [.. inner]);

    private static IEnumerable<Case> Smaller(Case whole) =>
    [
        .. Without(whole.Deaths).Select(deaths => whole with { Deaths = deaths }),
        .. Without(whole.Plans).Where(plans => plans.Count > 0).Select(plans => whole with { Plans = plans }),
        .. Without(whole.Commands).Select(commands => whole with { Commands = commands }),
        .. whole.Plans.SelectMany((plan, at) => Smaller(plan).Select(less => whole with { Plans = Replace(whole.Plans, at, less) })),
    ];

    private static IEnumerable<Plan> Smaller(Plan plan) =>
    [
        .. Without(plan.Turns).Where(turns => turns.Count > 0).Select(turns => plan with { Turns = turns }),
        .. plan.Turns.SelectMany((turn, at) => Without(turn).Select(less => plan with { Turns = Replace(plan.Turns, at, less) })),
    ];

    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> all) =>
        Enumerable.Range(0, all.Count).Select(left => (IReadOnlyList<T>)[.. all.Where((_, at) => at != left)]);

    private static IReadOnlyList<T> Replace<T>(IReadOnlyList<T> all, int place, T by) => [.. all.Select((one, at) => at == place ? by : one)];
}
