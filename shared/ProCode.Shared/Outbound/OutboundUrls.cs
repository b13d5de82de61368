using System.Net;
using System.Net.Sockets;
using ProCode.Results;

namespace ProCode.Outbound;

/// <summary>
/// Decides whether we may call a URL that a user gave: http(s), no user info, and a host all of whose addresses are public
/// (or private ones allowed by <see cref="OutboundOptions.AllowPrivateNetworks"/>). Safe for concurrent use. Clients of ours
/// go through <see cref="OutboundHandler"/>, which connects to the very address that was checked.
/// </summary>
public sealed class OutboundUrls
{
    private readonly OutboundOptions _options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    public OutboundUrls(OutboundOptions options)
        : this(options, Dns.GetHostAddressesAsync)
    {
    }

    internal OutboundUrls(OutboundOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve) => (_options, _resolve) = (options, resolve);

    /// <summary>The URL, if it may be called now; else <see cref="OutboundErrors.UrlRefused"/>, or
    /// <see cref="OutboundErrors.HostUnresolved"/> when its host has no address at the moment.</summary>
    public async Task<Result<Uri>> CheckAsync(string url, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
            return OutboundErrors.UrlRefused.With("Only http and https URLs are called.");
        if (uri.UserInfo.Length > 0)
            return OutboundErrors.UrlRefused.With("The URL must not contain a user name or password; store a credential instead.");
        var addresses = await ResolveAsync(uri.IdnHost, cancellation);
        return addresses.TryGet(out _, out var error) ? uri : error;
    }

    /// <summary>The addresses of a host. One that is not allowed spoils them all: the host's owner chooses which one is used.</summary>
    internal async Task<Result<IPAddress[]>> ResolveAsync(string host, CancellationToken cancellation)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellation).WaitAsync(cancellation);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            addresses = [];
        }

        if (addresses.Length == 0)
            return OutboundErrors.HostUnresolved.With($"The host {host} has no address at the moment.") with { RetryAfter = TimeSpan.FromSeconds(30) };
        return addresses.All(address => AddressRules.Allows(address, _options.AllowPrivateNetworks))
            ? addresses
            : OutboundErrors.UrlRefused.With($"The host {host} leads to an address that may not be called from here.");
    }
}
