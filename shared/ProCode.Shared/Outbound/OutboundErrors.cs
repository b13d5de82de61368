using ProCode.Results;

namespace ProCode.Outbound;

/// <summary>What can be wrong with a URL that a user wants us to call.</summary>
public static class OutboundErrors
{
    public static readonly ErrorCode UrlRefused = new(1005, "OUTBOUND_URL_REFUSED", ErrorKind.Invalid);
    public static readonly ErrorCode HostUnresolved = new(1008, "OUTBOUND_HOST_UNRESOLVED", ErrorKind.Unavailable);
}
