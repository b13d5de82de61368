using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests;

/// <summary>A stack whose app is killed, because the other tests need theirs alive.</summary>
public sealed class Victim : IAsyncLifetime
{
    private TestStack? _stack;

    public TestStack Stack => _stack ?? throw new InvalidOperationException("The stack is not started.");

    /// <summary>Kills the app, if it still runs, and starts another one, which kills itself at the point (<c>point:activity[:nth]</c>) when there is one. False when that
    /// came before it listened.</summary>
    public async Task<bool> StartAsync(string? crashAt = null)
    {
        try
        {
            await Stack.KillAndRestartAsync(new Dictionary<string, string?>(SharedStack.Settings) { ["ProCodeLocal__CrashAt"] = crashAt });
            return true;
        }
        catch (DevException e) when (crashAt is not null && e.Message.Contains("ended with 137 ", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>Waits until the app has killed itself.</summary>
    public Task DiedAsync() => Stack.App.Exited.WaitAsync(WaitFor.Deadline);

    public async ValueTask InitializeAsync() => _stack = await TestStack.StartAsync(SharedStack.Settings);

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
    }
}

/// <summary>The classes that kill the same app, one after the other.</summary>
[CollectionDefinition]
public sealed class VictimCollection : ICollectionFixture<Victim>;
