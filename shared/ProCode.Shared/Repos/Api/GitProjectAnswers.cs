using ProCode.Results;

namespace ProCode.Repos.Api;

/// <summary>What was looked for, null when it is not there.</summary>
internal readonly record struct Found<T>(T? Value)
    where T : class;

/// <summary>What a host made, or why it didn't: <paramref name="IsMissing"/> tells a 404 from other refusals.</summary>
internal readonly record struct Sent<T>(T? Value, Error? Refusal, bool IsMissing)
    where T : class;

/// <summary>A page of a host's list.</summary>
internal readonly record struct Listed<T>(IReadOnlyList<T> Items, bool HasMore);

/// <summary>The answer of a request whose answer says nothing.</summary>
internal sealed record NoAnswer;
