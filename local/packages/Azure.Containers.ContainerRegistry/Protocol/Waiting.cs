using System.Diagnostics;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>For methods that are told not to do anything asynchronously: their task has ended when they return it.</summary>
internal static class Waiting
{
    public static T Ended<T>(this Task<T> task)
    {
        Debug.Assert(task.IsCompleted, "A synchronous call must not have to wait for a task.");
        return task.GetAwaiter().GetResult();
    }

    /// <summary>What one read gives, at most the buffer's length; 0 at the end.</summary>
    public static async ValueTask<int> ReadAsync(this Stream stream, Memory<byte> buffer, bool async, CancellationToken cancellationToken) =>
        async ? await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : stream.Read(buffer.Span);

    public static async Task WriteAsync(this Stream stream, ReadOnlyMemory<byte> buffer, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        else
            stream.Write(buffer.Span);
    }
}
