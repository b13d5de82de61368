using System.Text;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>The file with an agent's output, which the agent appends to by itself.</summary>
internal sealed record AgentLog(string Path)
{
    private const int MaxBytes = 10 * 1024 * 1024;
    private const int TailBytes = 64 * 1024;
    private const int TailLines = 20;
    private const int MaxLineLength = 500;
    private const int MinSecretLength = 4;

    /// <summary>Makes the file, for the platform's eyes only; the agent gets it opened.</summary>
    public void Create() => new FileStream(Path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    }).Dispose();

    /// <summary>Keeps the file bounded: over 10 MB it is cut to its end. The agent appends, so its next line follows what was kept;
    /// a line written in between is lost.</summary>
    public void Cut()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length <= MaxBytes)
            return;
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var tail = ReadTail(stream);
        stream.SetLength(0);
        stream.Seek(0, SeekOrigin.Begin);
        stream.Write(tail);
    }

    /// <summary>The last lines, without the given secrets. Values under four characters are no secrets: hiding each "1" would hide the
    /// cause.</summary>
    public string LastLines(IEnumerable<string> secrets)
    {
        if (!File.Exists(Path))
            return "";
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var text = Encoding.UTF8.GetString(ReadTail(stream));
        // A secret of several lines (a key in PEM) is hidden line by line; the longest go first, as one may be part of another.
        var hidden = secrets.SelectMany(secret => secret.Split('\n', StringSplitOptions.TrimEntries))
            .Where(secret => secret.Length >= MinSecretLength).Distinct().OrderByDescending(secret => secret.Length);
        foreach (var secret in hidden)
            text = text.Replace(secret, "***", StringComparison.Ordinal);

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(TailLines);
        return string.Join('\n', lines.Select(line => line.Length <= MaxLineLength ? line : line[..MaxLineLength] + "…"));
    }

    /// <summary>Whether its end is the complaint, in the words of any language's runtime, that the port is taken.</summary>
    public bool SaysAddressInUse()
    {
        var lines = LastLines([]);
        return lines.Contains("address already in use", StringComparison.OrdinalIgnoreCase) || lines.Contains("EADDRINUSE", StringComparison.Ordinal);
    }

    private static byte[] ReadTail(FileStream stream)
    {
        var start = Math.Max(0, stream.Length - TailBytes);
        stream.Seek(start, SeekOrigin.Begin);
        var bytes = new byte[stream.Length - start];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        // What was cut in the middle of a line may be the end of a secret that could not be recognized.
        var newline = start == 0 ? -1 : bytes.AsSpan(0, length).IndexOf((byte)'\n');
        return start > 0 && newline < 0 ? [] : bytes[(newline + 1)..length];
    }
}
