using System.Globalization;
using System.Text;

namespace ProCode.Pipelines.Logs;

/// <summary>Makes lines of a log out of text that comes in pieces: <c>2026-03-01T08:00:00.000Z text</c>, without control characters, secrets masked,
/// at most 8 KiB of UTF-8 with the line's end.</summary>
internal sealed class LineText(SecretMask mask)
{
    /// <summary>How long a line may be, in bytes.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>How long the line is that says that the log was cut.</summary>
    public static int CutLineBytes { get; } = Line(default, LogBlob.CutText).Length;

    private const string CutMark = " … (line cut)";

    private readonly StringBuilder _line = new();
    private bool _dropped;

    /// <summary>The text without what steers a terminal.</summary>
    public static string Clean(string text) => text.Any(Steers) ? string.Concat(text.Where(c => !Steers(c))) : text;

    /// <summary>The lines that the text completes; what follows the last line feed waits for the rest of its line.</summary>
    public IEnumerable<byte[]> Take(string text, DateTimeOffset now)
    {
        foreach (var c in text)
        {
            if (c == '\n') yield return End(now);
            else if (!Steers(c)) Add(c);
        }
    }

    /// <summary>The line that has begun and has no end, or null.</summary>
    public byte[]? TakeRest(DateTimeOffset now) => _line.Length > 0 ? End(now) : null;

    /// <summary>A line of a text that needs no masking.</summary>
    public static byte[] Line(DateTimeOffset now, string text) =>
        Encoding.UTF8.GetBytes($"{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {text}\n");

    // More than can be shown is kept, so that a secret across the cut is seen whole.
    private void Add(char c)
    {
        if (_line.Length < MaxBytes + mask.Reach) _line.Append(c);
        else _dropped = true;
    }

    private byte[] End(DateTimeOffset now)
    {
        var visible = Math.Min(_line.Length, MaxBytes);
        var bytes = Line(now, mask.Apply(_line.ToString(), visible));
        if (bytes.Length > MaxBytes || visible < _line.Length || _dropped) bytes = Cut(bytes);
        _line.Clear();
        _dropped = false;
        return bytes;
    }

    private static byte[] Cut(byte[] line)
    {
        var mark = Encoding.UTF8.GetBytes(CutMark + "\n");
        var kept = Math.Min(line.Length - 1, MaxBytes - mark.Length);
        while ((line[kept] & 0xC0) == 0x80) kept--; // Not within a character.
        return [.. line.AsSpan(0, kept), .. mark];
    }

    private static bool Steers(char c) => char.IsControl(c) && c != '\t';
}
