using ProCode.Storage;

namespace ProCode.Idempotency;

/// <summary>Ids from the generator, kept in the row of whatever may be repeated: a request with an Idempotency-Key, a delivery.</summary>
public sealed class RequestIds(IdGenerator generator) : IRequestIds
{
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private IReservedIds? _reserved;

    /// <summary>Says that this request has ids kept for it, and may be repeated; those asked for from now on are these.</summary>
    public void Use(IReservedIds reserved) => _reserved = reserved;

    public async ValueTask<long> NextAsync(string aggregate, CancellationToken cancellation)
    {
        if (_reserved is null) return await generator.NextAsync(aggregate, cancellation);
        var index = _taken.GetValueOrDefault(aggregate);
        _taken[aggregate] = index + 1;
        return await _reserved.ReserveAsync(aggregate, index, cancellation);
    }
}
