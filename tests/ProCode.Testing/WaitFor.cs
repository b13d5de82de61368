using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ProCode.Testing;

/// <summary>Waits for something to become true, instead of for some time to pass.</summary>
public static class WaitFor
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the waits without a deadline of their own last at most: far more than a slow machine needs.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the condition holds; fails, naming it, when it does not before the deadline.</summary>
    public static Task Async(Func<bool> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Async(() => Task.FromResult(condition()), deadline, what);

    /// <summary>Returns when the condition holds; fails, naming it, when it does not before the deadline.</summary>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (deadline ?? Deadline))
            {
                throw new TimeoutException($"Not so after {watch.Elapsed.TotalSeconds:0} s: {what}");
            }

            await Task.Delay(_look);
        }
    }

    /// <summary>Returns the first value that is there; fails, naming the source, when none comes before the deadline.</summary>
    public static async Task<T> ValueAsync<T>(Func<Task<T?>> source, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(source))] string what = "")
        where T : class
    {
        T? value = null;
        await Async(async () => (value = await source()) is not null, deadline, what);
        return value!;
    }
}
