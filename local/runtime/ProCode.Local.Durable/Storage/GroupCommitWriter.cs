namespace ProCode.Local.Durable.Storage;

/// <summary>
/// The only writer. Changes that wait at the same time share one transaction; each is applied whole or not at all, and its task
/// completes after the commit.
/// </summary>
internal sealed class GroupCommitWriter : IDisposable
{
    private const int MaxGroup = 256;

    // Not a BlockingCollection: the thread that waits on one spins first, and takes the processor from the steps that it waits for.
    private readonly object _gate = new();
    private readonly Queue<Change> _waiting = new();
    private readonly SqliteSession _session;
    private readonly Thread _thread;
    private bool _closed;

    public GroupCommitWriter(SqliteSession session)
    {
        _session = session;
        _thread = new(Run) { IsBackground = true, Name = "durable writer" };
        _thread.Start();
    }

    /// <summary>Throws <see cref="ObjectDisposedException"/> after disposal; otherwise what the change itself throws.</summary>
    /// <param name="change">May be applied more than once, but is committed once.</param>
    /// <param name="committed">Is told right after the commit, of all changes in the order of their commits; it must be quick and not throw.</param>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> change, Action<T> committed) => HandIn(new Change<T>(change, committed));

    /// <summary>For what can't be done within a transaction; the same otherwise.</summary>
    public Task<T> BetweenCommitsAsync<T>(Func<SqliteSession, T> act) => HandIn(new Change<T>(act));

    private Task<T> HandIn<T>(Change<T> waiting)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(waiting);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
        }

        return waiting.Result;
    }

    /// <summary>Commits what was handed in before, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        var group = new List<Change>();
        while (Take(group))
        {
            if (group is [{ NeedsTransaction: false } alone])
                RunAlone(alone);
            else
                Commit(group);
            group.Clear();
        }
    }

    // Waits for the next group, in the order in which changes were handed in; false when there will be none.
    private bool Take(List<Change> group)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }

            do
                group.Add(_waiting.Dequeue());
            while (group[0].NeedsTransaction && group.Count < MaxGroup && _waiting.TryPeek(out var next) && next.NeedsTransaction);
            return true;
        }
    }

    // One change that fails must not take the others with it: each is tried again on its own.
    private void Commit(List<Change> group)
    {
        if (TryCommit(group, out var failure))
            return;
        if (group is [var only])
            only.Fail(failure);
        else
            CommitOneByOne(group);
    }

    private void RunAlone(Change change)
    {
        try
        {
            change.Apply(_session);
        }
        catch (Exception exception)
        {
            change.Fail(exception);
            return;
        }

        change.Complete();
    }

    private void CommitOneByOne(List<Change> group)
    {
        foreach (var change in group)
            if (!TryCommit([change], out var failure))
                change.Fail(failure);
    }

    private bool TryCommit(List<Change> group, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Exception? failure)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var change in group)
                change.Apply(_session);
            _session.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            TryRollBack();
            failure = exception;
            return false;
        }

        foreach (var change in group)
            change.Complete();
        failure = null;
        return true;
    }

    private void TryRollBack()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // Some errors have rolled back already.
        }
    }

    private abstract class Change(bool needsTransaction)
    {
        public bool NeedsTransaction { get; } = needsTransaction;

        public abstract void Apply(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Change<T>(Func<SqliteSession, T> change, Action<T>? committed = null) : Change(needsTransaction: committed is not null)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _value = default!;

        public Task<T> Result => _result.Task;

        public override void Apply(SqliteSession session) => _value = change(session);

        public override void Complete()
        {
            committed?.Invoke(_value);
            _result.SetResult(_value);
        }

        public override void Fail(Exception exception) => _result.SetException(exception);
    }
}
