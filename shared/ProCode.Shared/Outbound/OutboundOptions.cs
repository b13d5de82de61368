namespace ProCode.Outbound;

/// <summary>The settings <c>Outbound:*</c>.</summary>
public sealed record OutboundOptions
{
    /// <summary>Whether URLs that users give may lead to private, link-local and loopback addresses. Off, unless the git servers
    /// and ops systems are inside.</summary>
    public bool AllowPrivateNetworks { get; init; }
}
