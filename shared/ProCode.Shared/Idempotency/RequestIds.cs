using ProCode.Storage;

namespace ProCode.Idempotency;

/// <summary>Ids from the generator, kept in the request's row when it has an Idempotency-Key.</summary>
public sealed class RequestIds(IdGenerator generator) : IRequestIds
{
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private KeyedRequest? _request;

    /// <summary>Says that this request has a key; ids asked for from now on are the key's.</summary>
    public void Use(KeyedRequest request) => _request = request;

    public async ValueTask<long> NextAsync(string aggregate, CancellationToken cancellation)
    {
        if (_request is null) return await generator.NextAsync(aggregate, cancellation);
        var index = _taken.GetValueOrDefault(aggregate);
        _taken[aggregate] = index + 1;
        return await _request.ReserveAsync(aggregate, index, cancellation);
    }
}
