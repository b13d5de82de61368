using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>
/// Which versions of an entity a request is willing to change, from its header If-Match; without one, all. An entity's version is the ETag
/// that a GET would answer now (<see cref="Answers.Entity"/>): compare it with exactly what is replaced, by a conditional write.
/// </summary>
internal sealed class IfMatch
{
    private readonly IList<EntityTagHeaderValue>? _tags;

    private IfMatch(IList<EntityTagHeaderValue>? tags) => _tags = tags;

    /// <summary>The request's condition; a header that is none is refused.</summary>
    public static Result<IfMatch> Of(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0) return new IfMatch(null);
        return EntityTagHeaderValue.TryParseStrictList(header, out var tags) && tags.Count > 0
            ? new IfMatch(tags)
            : GeneralErrors.Invalid.With("The header If-Match could not be read.", "If-Match", "must be an ETag in its quotation marks, or *");
    }

    /// <summary>Why the entity may not be changed, or null when it may. <paramref name="current"/> is what a GET answers now; null when there is nothing.</summary>
    public Error? Refuse(Answer? current)
    {
        if (_tags is null) return null;
        if (current is null) return GeneralErrors.Precondition.With("There is no such version: nothing is there yet.", "If-Match", "matches nothing");
        var version = new EntityTagHeaderValue(current.ETag!);
        return _tags.Any(tag => tag.Tag == "*" || tag.Compare(version, useStrongComparison: true))
            ? null
            : GeneralErrors.Precondition.With("It was changed since: read it again and apply your change to that.", "If-Match", "is not the current version");
    }
}
