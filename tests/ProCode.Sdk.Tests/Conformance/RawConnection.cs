using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>A connection for what no HTTP client would send.</summary>
public sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly List<byte> _read = [];
    private NetworkStream _stream = null!;

    public static async Task<RawConnection> OpenAsync(RunningAgent agent)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync("127.0.0.1", agent.Port);
        connection._stream = connection._tcp.GetStream();
        return connection;
    }

    /// <summary>Sends text with its line ends as \r\n. A peer that no longer listens is no failure here: its answer is what counts.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")));
        }
        catch (IOException)
        {
            // It has hung up.
        }
    }

    /// <summary>The next answer; null when the connection ends instead.</summary>
    public async Task<AgentAnswer?> ReadAnswerAsync()
    {
        while (true)
        {
            if (await ReadUntilAsync("\r\n\r\n") is not { } head) return null;
            var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
            var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
            if (status is 100) return new AgentAnswer(status, headers, "");
            return new AgentAnswer(status, headers, await ReadBodyAsync(headers));
        }
    }

    /// <summary>True when the agent has closed the connection.</summary>
    public async Task<bool> IsClosedByAgentAsync() => _read.Count == 0 && !await FillAsync();

    /// <summary>Everything until the agent closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }
        return Encoding.UTF8.GetString([.. _read]);
    }

    /// <summary>Closes our sending side only.</summary>
    public void EndSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => _tcp.Dispose();

    private async Task<string> ReadBodyAsync(Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length)) return await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture));
        var body = new StringBuilder();
        while (headers.ContainsKey("Transfer-Encoding") && await ReadUntilAsync("\r\n") is { } size)
        {
            var count = int.Parse(size.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await TakeAsync(count));
            await ReadUntilAsync("\r\n");
            if (count == 0) break;
        }
        return body.ToString();
    }

    private async Task<string?> ReadUntilAsync(string end)
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _read]);
            if (text.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at) return await TakeAsync(at + end.Length);
            if (!await FillAsync()) return null;
        }
    }

    private async Task<string> TakeAsync(int count)
    {
        while (_read.Count < count && await FillAsync())
        {
        }
        var taken = Encoding.UTF8.GetString([.. _read.Take(count)]);
        _read.RemoveRange(0, Math.Min(count, _read.Count));
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var count = await _stream.ReadAsync(buffer).AsTask().WaitAsync(_patience);
            _read.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (IOException)
        {
            return false; // Reset: the agent closed while we were still sending.
        }
    }
}
