using System.Net.Sockets;
using System.Text;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>Sends a request as it is written, which no client would.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Everything that comes back until the server closes the connection; line ends are <c>\n</c> in both directions.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="request">First line, headers but Host and Connection, an empty line, and as much of the body as is to be sent.</param>
    public static async Task<string> SendAsync(Uri server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var stream = client.GetStream();
        var end = request.IndexOf('\n', StringComparison.Ordinal) + 1;
        var text = $"{request[..end]}Host: {server.Authority}\nConnection: close\n{request[end..]}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return (await reader.ReadToEndAsync().WaitAsync(Patience)).Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
