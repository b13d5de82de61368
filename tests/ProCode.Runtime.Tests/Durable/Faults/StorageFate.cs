using Microsoft.Data.Sqlite;
using ProCode.Local.Durable.Storage;

namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>What happens at the chosen operation.</summary>
internal enum FateKind
{
    /// <summary>Nothing, ever.</summary>
    None,

    /// <summary>It fails; the next one works again.</summary>
    Fail,

    /// <summary>It and the next few fail, those among them that would undo it.</summary>
    Outage,

    /// <summary>The process dies before it is carried out.</summary>
    DieBefore,

    /// <summary>The process dies when it has been carried out, and nobody has heard of it.</summary>
    DieAfter,
}

/// <summary>
/// Counts the operations on an engine's file and lets one of them fail, or be the last. Dead is a process whose operations all fail: nothing that it does from then
/// on is to be found anywhere.
/// </summary>
internal sealed class StorageFate(FateKind kind = FateKind.None, int point = 0) : IStorageFate
{
    private const int OutageLength = 6;
    private const int DiskError = 10;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _operations;

    public int Operations => Volatile.Read(ref _operations);

    public bool HasCome => Operation is not null;

    /// <summary>The statement at which it came.</summary>
    public string? Operation { get; private set; }

    public bool IsDead { get; private set; }

    public Task Death => _death.Task;

    public void Before(string statement)
    {
        lock (_gate)
        {
            if (!IsDead)
                _operations++;
            if (_operations == point && kind != FateKind.None)
                Operation ??= statement;
            if (kind == FateKind.DieBefore && _operations == point)
                Die();
            if (IsDead
                || (kind == FateKind.Fail && _operations == point)
                || (kind == FateKind.Outage && _operations >= point && _operations < point + OutageLength))
                throw Failure();
        }
    }

    public void After(string statement)
    {
        lock (_gate)
        {
            // Another connection's operation may have been the one: then this one has been carried out, too, and nobody hears of it either.
            if (kind == FateKind.DieAfter && _operations >= point)
                Die();
            if (IsDead)
                throw Failure();
        }
    }

    /// <summary>False when the process is dead; otherwise it isn't before the action is over.</summary>
    public bool WhileAlive(Action action)
    {
        lock (_gate)
        {
            if (IsDead)
                return false;
            action();
            return true;
        }
    }

    private static SqliteException Failure() => new("disk I/O error (injected)", DiskError);

    private void Die()
    {
        IsDead = true;
        _death.TrySetResult();
    }
}
