namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>
/// One process that can die. Once it is dead nothing of it does anything any more: no request leaves it, none is answered, and what it was doing neither ends nor fails.
/// </summary>
internal sealed class Life(Fate fate)
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _working;

    public bool IsDead => _died.Task.IsCompleted;

    public Task Died => _died.Task;

    /// <summary>True while an activity of it is at work.</summary>
    public bool IsWorking => Volatile.Read(ref _working) > 0;

    public void Die() => _died.TrySetResult();

    /// <summary>Its engine takes no results any more: what hangs in an activity may end.</summary>
    public void Bury() => _buried.TrySetResult();

    /// <summary>A request to the storage: the death may be right before it or right after it.</summary>
    public async Task<T> RequestAsync<T>(Func<Task<T>> request)
    {
        if (IsDead) await ForeverAsync();
        var (before, after) = fate.Next();
        if (before) Die();
        if (IsDead) await ForeverAsync();
        var answer = await request();
        if (after) Die();
        if (IsDead) await ForeverAsync();
        return answer;
    }

    /// <summary>A call to somebody else's server.</summary>
    public async Task<T> CallAsync<T>(string name, Func<Task<T>> call, CancellationToken cancellation)
    {
        if (IsDead) await ForeverAsync();
        await fate.ArriveAsync(name).WaitAsync(cancellation);
        if (IsDead) await ForeverAsync();
        var answer = await call();
        if (IsDead) await ForeverAsync();
        return answer;
    }

    /// <summary>An activity, whose result counts only if the process lives then.</summary>
    public async Task<T> WorkAsync<T>(Func<Task<T>> activity)
    {
        Interlocked.Increment(ref _working);
        try
        {
            var working = IsDead ? ForeverAsync<T>() : activity();
            await Task.WhenAny(working, Died);
            if (!IsDead) return await working;
            await _buried.Task;
            throw new OperationCanceledException("The process has died.");
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }

    private static Task ForeverAsync() => ForeverAsync<bool>();

    private static Task<T> ForeverAsync<T>() => new TaskCompletionSource<T>().Task;
}
