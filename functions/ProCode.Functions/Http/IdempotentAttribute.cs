namespace ProCode.Functions.Http;

/// <summary>Honours Idempotency-Key: for every POST that creates or starts something, answered by <see cref="Answers"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IdempotentAttribute : Attribute;
