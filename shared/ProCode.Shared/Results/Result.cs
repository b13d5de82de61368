using System.Diagnostics.CodeAnalysis;

namespace ProCode.Results;

/// <summary>A value, or the expected failure that stands in its place. Unexpected failures are exceptions.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error) => (_value, Error) = (value, error);

    /// <summary>The failure, or null when there is a value.</summary>
    public Error? Error { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    /// <summary>The value; asking for it on a failure is a programming error.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Code.Name}.");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);

    /// <summary>Splits the result, for callers that return early on failure.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }
}

/// <summary>The value of an operation that has nothing to say but that it worked.</summary>
public readonly record struct Done
{
    /// <summary>The one value.</summary>
    public static Done Value => default;
}
