using ProCode.Results;

namespace ProCode.Repos.Api;

/// <summary>What should be there once: it is looked for, made when it is missing, and looked for again when the host won't make it, because somebody
/// else may have been faster. So it may be asked for again after any failure.</summary>
internal static class MadeOnce
{
    /// <summary>What is there now, or why the host won't make it.</summary>
    public static async Task<Result<Sent<T>>> RunAsync<T>(Func<Task<Result<Found<T>>>> look, Func<Task<Result<Sent<T>>>> make)
        where T : class
    {
        if (!(await look()).TryGet(out var found, out var error)) return error;
        if (found.Value is { } there) return new Sent<T>(there, null, IsMissing: false);
        if (!(await make()).TryGet(out var sent, out error)) return error;
        if (sent.Value is not null) return sent;
        if (!(await look()).TryGet(out found, out error)) return error;
        return found.Value is { } faster ? new Sent<T>(faster, null, IsMissing: false) : sent;
    }

    /// <summary>The same for a branch or tag, known by its commit: another commit than the one that was asked for is <paramref name="taken"/>.</summary>
    public static async Task<Result<Done>> RunAsync(
        string commitId, Func<Task<Result<Found<string>>>> look, Func<Task<Result<Sent<string>>>> make, ErrorCode taken, string name, Func<Error, Task<Result<Done>>> refused)
    {
        if (!(await RunAsync(look, make)).TryGet(out var sent, out var error)) return error;
        if (sent.Value is not { } commit) return await refused(sent.Refusal!);
        return commit == commitId ? Done.Value : taken.With($"{name} already exists on the commit {commit}.");
    }
}
