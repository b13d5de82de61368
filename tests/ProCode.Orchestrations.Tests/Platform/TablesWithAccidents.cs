using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using ProCode.Testing.Storage;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A table account in memory, with the accidents that a test arranges. Every process sees the same account.</summary>
internal sealed class TablesWithAccidents(TimeProvider time) : HttpPipelineTransport
{
    private readonly InMemoryTablesTransport _account = new(time);
    private readonly Lock _gate = new();
    private readonly List<Accident> _accidents = [];
    private DeathAtWrite? _death;

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    /// <summary>The accidents that have not happened yet.</summary>
    public int ToCome
    {
        get
        {
            lock (_gate) return _accidents.Count;
        }
    }

    /// <summary>A client that tries once: what a test breaks is broken at once. It dies with its process, if that can die.</summary>
    public TableServiceClient Client(Life? life = null)
    {
        var options = new TableClientOptions { Transport = life is null ? this : new MortalTables(this, life) };
        options.Retry.MaxRetries = 0;
        return new TableServiceClient(InMemoryTablesTransport.ConnectionString, options);
    }

    /// <summary>The next request whose text (method, address, body) has all the words doesn't reach the account.</summary>
    public void BreakBefore(params string[] words) => Add(new Accident(words, Before: () => throw new IOException("The line is cut.")));

    /// <summary>The next request whose text has all the words is carried out, but its answer is lost.</summary>
    public void BreakAfter(params string[] words) => Add(new Accident(words, After: () => throw new IOException("The line is cut.")));

    /// <summary>Right before the next request whose text has all the words, something else happens.</summary>
    public void Before(Func<Task> happens, params string[] words) => Add(new Accident(words, Before: happens));

    /// <summary>The process dies at a write, counted from 0 and from now on: right before it reaches the account or right after.</summary>
    public DeathAtWrite DieAtWrite(int write, bool after) => _death = new DeathAtWrite(write, after);

    public override Request CreateRequest() => _account.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("The product is asynchronous throughout.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        Requests++;

        // As over a network, others get their turn at every request.
        await Task.Yield();
        var dies = _death?.IsNow(message.Request.Method) == true;
        if (dies && !_death!.After) throw new IOException("The process has died.");
        var accident = Take(message);
        if (accident?.Before is { } before) await before();
        await _account.ProcessAsync(message);
        if (dies) throw new IOException("The process has died.");
        if (accident?.After is { } after) await after();
    }

    private void Add(Accident accident)
    {
        lock (_gate) _accidents.Add(accident);
    }

    private Accident? Take(HttpMessage message)
    {
        lock (_gate)
        {
            if (_accidents.Count == 0) return null;
            var text = TextOf(message.Request);
            var accident = _accidents.Find(accident => accident.Words.All(word => text.Contains(word, StringComparison.Ordinal)));
            if (accident is not null) _accidents.Remove(accident);
            return accident;
        }
    }

    private static string TextOf(Request request)
    {
        using var body = new MemoryStream();
        request.Content?.WriteTo(body, CancellationToken.None);
        return $"{request.Method} {request.Uri.ToUri().AbsolutePath}\n{System.Text.Encoding.UTF8.GetString(body.ToArray())}";
    }

    private sealed record Accident(string[] Words, Func<Task>? Before = null, Func<Task>? After = null);
}

/// <summary>A death at a certain write, and whether it has happened.</summary>
internal sealed class DeathAtWrite(int write, bool after)
{
    private int _writes = -1;

    public bool After => after;

    /// <summary>True once the write has come.</summary>
    public bool HasDied { get; private set; }

    /// <summary>False: from now on writes do no harm.</summary>
    public bool IsArmed { get; set; } = true;

    public bool IsNow(RequestMethod method)
    {
        var dies = IsArmed && method != RequestMethod.Get && Interlocked.Increment(ref _writes) == write;
        HasDied |= dies;
        return dies;
    }
}
