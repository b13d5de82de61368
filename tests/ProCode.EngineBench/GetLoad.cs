using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ProCode.EngineBench;

/// <summary>
/// 16 GET in flight on connections that are kept. On plain sockets: HttpClient would use more of the processors than the host that it measures.
/// </summary>
internal static class GetLoad
{
    private const int Connections = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Uri url, int rounds)
    {
        await MeasureAsync(url, WarmUp);
        for (var round = 0; round < rounds; round++)
        {
            var (seconds, times) = await MeasureAsync(url, Round);
            Sample.Say("http_get_per_second", times.Count / seconds);
            Sample.Say("http_get_ms_p99", Sample.Percentile(times, 99));
        }
    }

    private static async Task<(double Seconds, IReadOnlyCollection<double> Times)> MeasureAsync(Uri url, TimeSpan duration)
    {
        var times = new ConcurrentBag<List<double>>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ => times.Add(await SendAsync(url, watch, duration))));
        return (watch.Elapsed.TotalSeconds, [.. times.SelectMany(each => each)]);
    }

    private static async Task<List<double>> SendAsync(Uri url, Stopwatch watch, TimeSpan until)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        var request = Encoding.ASCII.GetBytes($"GET {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");
        var buffer = new byte[8192];
        var times = new List<double>();
        while (watch.Elapsed < until)
        {
            var from = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            await ReadAnswerAsync(socket, buffer);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        return times;
    }

    private static async ValueTask ReadAnswerAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (!IsWhole(buffer.AsSpan(0, length)))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0) throw new IOException("The host closed a connection.");
            length += read;
        }
    }

    // A 200 with Content-Length, whose body has arrived.
    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        if (!answer.StartsWith("HTTP/1.1 200 "u8)) throw new IOException($"The host answered: {Encoding.ASCII.GetString(answer)}");
        var field = answer.IndexOf("Content-Length: "u8);
        if (field < 0) throw new IOException("The host's answer has no Content-Length.");
        if (!System.Buffers.Text.Utf8Parser.TryParse(answer[(field + 16)..], out int body, out _)) throw new IOException("The host's Content-Length is no number.");
        return answer.Length >= head + 4 + body;
    }
}
