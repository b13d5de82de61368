using System.Net;
using System.Net.Sockets;

namespace ProCode.Outbound;

/// <summary>Which addresses a user's URL may lead to. The lists are IANA's special-purpose registries (v4 and v6).</summary>
internal static class AddressRules
{
    // Nobody's git server is there, but the cloud's keys are; no setting opens these.
    private static readonly IPNetwork[] NeverAllowed = Networks(
        "169.254.169.254/32", // instance metadata of Azure, AWS, Google
        "168.63.129.16/32",   // Azure's platform address: public by number, only reachable from inside
        "100.100.100.200/32", // instance metadata of Alibaba
        "fd00:ec2::254/128",  // instance metadata of AWS over v6
        "224.0.0.0/4", "240.0.0.0/4", "ff00::/8"); // multicast, reserved and broadcast

    private static readonly IPNetwork[] NotPublic = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Allows(IPAddress address, bool privateNetworks)
    {
        var target = Embedded(address);
        return !NeverAllowed.Any(network => network.Contains(target)) && (privateNetworks || !NotPublic.Any(network => network.Contains(target)));
    }

    // A v6 address that only wraps a v4 one is judged by what it wraps.
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
            return new IPAddress(bytes.AsSpan(12, 4));
        if (SixToFour.Contains(address))
            return new IPAddress(bytes.AsSpan(2, 4));
        return new IPAddress(bytes); // without the scope, which would keep it out of every network
    }

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(IPNetwork.Parse)];
}
