using System.Net;
using System.Net.Sockets;

namespace ProCode.Dev;

/// <summary>TCP ports on 127.0.0.1.</summary>
internal static class Ports
{
    /// <summary>A port that nobody listens on now. The app must know its own address before it listens, so it can't just take any.</summary>
    public static int TakeFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A port that is taken is a <see cref="DevException"/> that says what to do.</summary>
    public static void RequireFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw new DevException($"Port {port} is in use or not allowed: stop what listens there, or choose another with --port.");
        }
    }
}
