namespace ProCode.Storage;

/// <summary>The tables.</summary>
public static class TableNames
{
    public const string Counters = "counters";
    public const string Credentials = "credentials";
    public const string Idempotency = "idempotency";

    /// <summary>Those that are made when the app starts; a table that is missing here is made at its first use.</summary>
    public static IReadOnlyList<string> All { get; } = [Counters, Credentials, Idempotency];
}
