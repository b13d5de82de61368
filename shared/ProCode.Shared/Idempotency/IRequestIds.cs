namespace ProCode.Idempotency;

/// <summary>
/// The ids of what a request makes. A request that is sent again under the same Idempotency-Key is given the same ids in the same
/// order, even when its first run was cut off between effect and answer: a store that creates by id then makes the thing only once.
/// Scoped: one per request.
/// </summary>
public interface IRequestIds
{
    /// <summary>The request's next id for an aggregate, such as <c>apps</c>.</summary>
    ValueTask<long> NextAsync(string aggregate, CancellationToken cancellation);
}
