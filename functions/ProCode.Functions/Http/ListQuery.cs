namespace ProCode.Functions.Http;

/// <summary>Which page of a list: at most <paramref name="Limit"/> items (1-200) after <paramref name="Continuation"/>, which the store checks.</summary>
internal sealed record ListQuery(int Limit, string? Continuation);
