using System.Collections.Frozen;

namespace ProCode.Transitions;

/// <summary>Which events a state accepts and where they lead. Every aggregate with a status has one, and nothing else decides.</summary>
public sealed class TransitionTable<TState, TEvent>
    where TState : struct, Enum
    where TEvent : struct, Enum
{
    private readonly FrozenDictionary<(TState State, TEvent Event), TState> _next;

    /// <summary>Builds the table from its rows; a (state, event) pair stands in one row only.</summary>
    public TransitionTable(params (TState From, TEvent On, TState To)[] rows) =>
        _next = rows.ToFrozenDictionary(row => (row.From, row.On), row => row.To);

    /// <summary>The state that the event leads to, or null when the state refuses it.</summary>
    public TState? Next(TState state, TEvent on) => _next.TryGetValue((state, on), out var to) ? to : null;

    /// <summary>True when the state accepts the event.</summary>
    public bool Allows(TState state, TEvent on) => _next.ContainsKey((state, on));

    /// <summary>The states in which the event is accepted, for messages that say what would be allowed.</summary>
    public IEnumerable<TState> StatesAllowing(TEvent on) => Enum.GetValues<TState>().Where(state => Allows(state, on));

    /// <summary>The state after the event; a refusal here is a programming error, because callers ask first.</summary>
    public TState Move(TState state, TEvent on) =>
        Next(state, on) ?? throw new InvalidOperationException($"{typeof(TState).Name} {state} does not accept {on}.");
}
