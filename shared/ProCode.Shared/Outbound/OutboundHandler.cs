using System.Net.Sockets;

namespace ProCode.Outbound;

/// <summary>Makes the handler of every HttpClient that calls users' URLs.</summary>
public static class OutboundHandler
{
    /// <summary>
    /// A handler that resolves a host once per connection, checks the addresses and connects to one of those: a name that
    /// changes its address after the check gains nothing. Redirects are not followed and no proxy is used, as both
    /// would lead elsewhere. A refused host is an <see cref="HttpRequestException"/>.
    /// </summary>
    public static SocketsHttpHandler Create(OutboundUrls urls) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // a host that moves is found again
        ConnectCallback = async (context, cancellation) =>
        {
            var resolved = await urls.ResolveAsync(context.DnsEndPoint.Host, cancellation);
            if (!resolved.TryGet(out var addresses, out var error))
                throw new HttpRequestException(HttpRequestError.ConnectionError, error.Message);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
