namespace ProCode.Results;

/// <summary>A documented failure. <paramref name="Number"/> and <paramref name="Name"/> never change once released;
/// each has a paragraph in docs/errors.md.</summary>
public sealed record ErrorCode(int Number, string Name, ErrorKind Kind)
{
    /// <summary>The failure with a sentence for people.</summary>
    public Error With(string message) => new(this, message);

    /// <summary>The failure with a sentence for people, blaming one field of the request.</summary>
    public Error With(string message, string field, string issue) => new(this, message) { Details = [new ErrorDetail(field, issue)] };
}
