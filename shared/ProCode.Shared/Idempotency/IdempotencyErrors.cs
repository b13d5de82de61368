using ProCode.Results;

namespace ProCode.Idempotency;

/// <summary>What can go wrong with an Idempotency-Key.</summary>
public static class IdempotencyErrors
{
    public static readonly ErrorCode KeyReused = new(40902, "IDEMPOTENCY_KEY_REUSED", ErrorKind.Conflict);
}
