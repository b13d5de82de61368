namespace ProCode.Results;

/// <summary>An expected failure, as a value. <paramref name="Message"/> is for people and holds no secret and no internal cause.</summary>
public sealed record Error(ErrorCode Code, string Message)
{
    /// <summary>Which fields are to blame, when the request is.</summary>
    public IReadOnlyList<ErrorDetail> Details { get; init; } = [];

    /// <summary>When trying again makes sense (429 and 503).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The kind, which decides the HTTP status.</summary>
    public ErrorKind Kind => Code.Kind;
}

/// <summary>One blamed field of a request and what is wrong with it.</summary>
public sealed record ErrorDetail(string Field, string Issue);
