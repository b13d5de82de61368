using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>What memory knows of instances is what the file has, or memory doesn't know them.</summary>
public sealed class LiveInstancesTests
{
    private readonly LiveInstances _live = new(capacity: 2);
    private readonly Places _places = new(1);

    [Fact]
    public void Follow_WhileAStepIsTaken_IsForTheNextStep()
    {
        var first = _live.Take("a");
        Assert.Empty(_live.TakeArrived(first));

        Arrive("a", "one");
        _live.Keep(first);
        Arrive("a", "two");

        Assert.Same(first, _live.Take("a"));
        Assert.Equal(["one", "two"], Names(_live.TakeArrived(first)));
        Assert.Empty(_live.TakeArrived(first));
    }

    [Fact]
    public void Follow_OfWhatTheFileHadAlready_IsNotToldTwice()
    {
        var live = _live.Take("a");
        var before = Commit("a", "told before the file was read");
        _live.Follow(before);
        var late = Commit("a", "read before it was told");

        _live.HasRead(live, late.Arrived[0].Message.Place);
        _live.Follow(late);
        Arrive("a", "next");

        Assert.Equal(["next"], Names(_live.TakeArrived(live)));
    }

    [Fact]
    public void Keep_ChangedMeanwhile_IsForgotten()
    {
        var live = _live.Take("a");
        var effects = new Effects(_places);
        effects.HasChanged("a");

        _live.Follow(effects);
        _live.Keep(live);

        Assert.NotSame(live, _live.Take("a"));
    }

    [Fact]
    public void Follow_ChangedAndArrivedInOneCommit_IsReadAnew()
    {
        var live = _live.Take("a");
        _live.Keep(live);
        var effects = Commit("a", "arrived");
        effects.HasChanged("a");

        _live.Follow(effects);

        var next = _live.Take("a");
        Assert.NotSame(live, next);
        Assert.Empty(_live.TakeArrived(next));
    }

    [Fact]
    public void Keep_MoreThanTheCapacity_ForgetsTheOneUsedLongestAgo()
    {
        var (a, b) = (_live.Take("a"), _live.Take("b"));
        _live.Keep(a);
        _live.Keep(b);
        _live.Keep(_live.Take("a"));
        Arrive("b", "unread");

        _live.Keep(_live.Take("c"));

        Assert.Same(a, _live.Take("a"));
        Assert.NotSame(b, _live.Take("b"));
    }

    [Fact]
    public void Forget_TakenAnew_ForgetsOnlyItself()
    {
        var live = _live.Take("a");
        _live.Forget(live);
        var next = _live.Take("a");

        _live.Forget(live);
        _live.Keep(next);

        Assert.Same(next, _live.Take("a"));
    }

    private void Arrive(string id, string name) => _live.Follow(Commit(id, name));

    private Effects Commit(string id, string name)
    {
        var effects = new Effects(_places);
        effects.HasArrived(id, new(effects.NextPlace(), new EventReceived(name, null)));
        return effects;
    }

    private static IEnumerable<string> Names(IEnumerable<Message> messages) => messages.Select(message => ((EventReceived)message.Event).Name);
}
