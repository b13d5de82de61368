using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>
/// Reads the query parameters that an endpoint knows. Wrong values, repeated parameters and parameters that nobody has asked for are
/// collected, and end in one failure: ask for everything first, then for <see cref="Failed"/>.
/// </summary>
internal sealed class QueryReader(HttpRequest request)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    private readonly Check _check = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A text of at most <paramref name="maxLength"/> characters.</summary>
    public string? Text(string name, int maxLength = 200)
    {
        _known.Add(name);
        var values = request.Query[name];
        _check.That(values.Count <= 1, name, "is given more than once");
        var value = values.Count == 1 ? values[0] : null;
        _check.That(value is not { Length: 0 }, name, "is empty");
        return _check.Optional(name, value, maxLength);
    }

    /// <summary>The positive id of something.</summary>
    public long? Id(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        var valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0;
        _check.That(valid, name, "must be a positive whole number");
        return valid ? id : null;
    }

    /// <summary>The positive id of something that the request must name; 0 when it doesn't, which is a failure.</summary>
    public long RequiredId(string name)
    {
        var id = Id(name);
        _check.That(request.Query.ContainsKey(name), name, "is required");
        return id ?? 0;
    }

    /// <summary>A whole number between two bounds, both included.</summary>
    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;
        _check.That(valid, name, $"must be a whole number from {min} to {max}");
        return valid ? number : null;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Flag(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        _check.That(text is "true" or "false", name, "must be true or false");
        return text == "true";
    }

    /// <summary>One of an enum's names.</summary>
    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        var valid = EnumNames.TryParse<T>(text, out var value);
        _check.That(valid, name, $"must be one of {string.Join(", ", EnumNames.All(typeof(T)))}");
        return valid ? value : null;
    }

    /// <summary>The paging parameters of every list: <c>limit</c> (1-200, else 50) and <c>continuation</c>.</summary>
    public ListQuery List() => new(Number("limit", 1, MaxLimit) ?? DefaultLimit, Text("continuation", maxLength: 4096));

    /// <summary>True when something was wrong with the parameters, all of which are named in the failure.</summary>
    public bool Failed([NotNullWhen(true)] out Error? error)
    {
        // ASP.NET Core finds parameters in any case; names are exact here, as they are in JSON.
        foreach (var name in request.Query.Keys) _check.That(_known.Contains(name), name, "is not a parameter of this endpoint");
        return _check.Failed(out error);
    }
}
