using Azure;

namespace ProCode.Storage;

/// <summary>A value as it was read, with the version that a conditional write names.</summary>
public sealed record Stored<T>(T Value, ETag ETag);
