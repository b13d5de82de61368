using System.Diagnostics.CodeAnalysis;

namespace ProCode.Results;

/// <summary>Collects everything that is wrong with a request, so that its sender hears it all at once.</summary>
public sealed class Check
{
    // A request can be wrong in a hundred thousand places, under names as long as itself.
    private const int MaxDetails = 50;
    private const int MaxFieldLength = 200;

    private readonly List<ErrorDetail> _details = [];

    /// <summary>Blames the field unless the rule holds.</summary>
    public Check That(bool holds, string field, string issue)
    {
        if (!holds && _details.Count < MaxDetails) _details.Add(new ErrorDetail(field.Length <= MaxFieldLength ? field : field[..MaxFieldLength], issue));
        return this;
    }

    /// <summary>A value that must be there; the default when it isn't (the request is refused then).</summary>
    public T Required<T>(string field, T? value)
        where T : struct
    {
        That(value is not null, field, "is required");
        return value.GetValueOrDefault();
    }

    /// <summary>A text that must be there, not blank and at most <paramref name="maxLength"/> characters long.</summary>
    public string Required(string field, string? value, int maxLength)
    {
        That(!string.IsNullOrWhiteSpace(value), field, "is required");
        return Optional(field, value, maxLength) ?? "";
    }

    /// <summary>A text that may be missing, but is at most <paramref name="maxLength"/> characters long.</summary>
    public string? Optional(string field, string? value, int maxLength)
    {
        That(value is null || value.Length <= maxLength, field, $"is longer than {maxLength} characters");
        return value;
    }

    /// <summary>True when something was wrong; <paramref name="error"/> then blames every field concerned.</summary>
    public bool Failed([NotNullWhen(true)] out Error? error)
    {
        error = _details.Count == 0 ? null : GeneralErrors.Invalid.With("The request is not valid; details name each field.") with { Details = _details };
        return error is not null;
    }
}
