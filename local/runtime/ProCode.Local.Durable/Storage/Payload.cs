using System.Security.Cryptography;
using System.Text;

namespace ProCode.Local.Durable.Storage;

/// <summary>
/// An input, output or payload on its way into a row. A text of more than <see cref="LargestInRow"/> bytes stands in the table <c>payloads</c>, once for all rows that
/// have it, and the row has its SHA-256 hash; rows stay small, and a result that becomes the next input is not written twice. A text goes with the last row that names
/// it: the file's triggers see to that (<see cref="Schema"/>).
/// </summary>
internal readonly struct Payload
{
    /// <summary>In bytes of UTF-8: 64 KiB.</summary>
    public const int LargestInRow = 64 * 1024;

    private readonly string? _text;
    private readonly byte[]? _hash;

    public Payload(string? text)
    {
        _text = text;
        // No character takes more than three bytes.
        if (text is { Length: > LargestInRow / 3 } && Encoding.UTF8.GetBytes(text) is { Length: > LargestInRow } bytes)
            _hash = SHA256.HashData(bytes);
    }

    /// <summary>What the row has.</summary>
    public SqliteValue InRow => _hash is null ? _text : _hash;

    /// <summary>The text in a column that has what <see cref="InRow"/> gave, as SQL.</summary>
    public static string In(string column) =>
        $"CASE typeof({column}) WHEN 'blob' THEN (SELECT text FROM payloads WHERE hash = {column}) ELSE {column} END";

    /// <summary>To be called in the same transaction, once there is a row that names it: nobody else's would remove it.</summary>
    public void Keep(SqliteSession session)
    {
        if (_hash is not null)
            session.Execute("INSERT OR IGNORE INTO payloads (hash, text) VALUES (?1, ?2)", _hash, _text);
    }
}
