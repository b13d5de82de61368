using System.Net;
using System.Net.Sockets;
using ProCode.Outbound;

namespace ProCode.Tests.Outbound;

public sealed class OutboundUrlsTests
{
    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ssh://git@example.com/a.git")]
    [InlineData("git@example.com:a.git")]
    [InlineData("//example.com/a")]
    [InlineData("example.com")]
    [InlineData("")]
    [InlineData("http:///a")]
    [InlineData("https://user@example.com/a.git")]
    [InlineData("https://user:secret@example.com/a.git")]
    public async Task CheckAsync_NotAPlainHttpUrl_IsRefused(string url)
    {
        var error = (await At("93.184.215.14").CheckAsync(url, default)).Error;

        Assert.Equal(OutboundErrors.UrlRefused, error!.Code);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.9.9.9/")]
    [InlineData("http://2130706433/")] // 127.0.0.1 as one number
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.1.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::a00:1]/")] // 10.0.0.1 behind NAT64
    [InlineData("http://[2002:a00:1::]/")] // 10.0.0.1 as 6to4
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fd12::1]/")]
    [InlineData("http://[fec0::1]/")]
    public async Task CheckAsync_PrivateAddress_IsRefusedUnlessAllowed(string url)
    {
        Assert.Equal(OutboundErrors.UrlRefused, (await new OutboundUrls(new OutboundOptions()).CheckAsync(url, default)).Error?.Code);
        Assert.True((await new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = true }).CheckAsync(url, default)).Succeeded);
    }

    [Theory]
    [InlineData("http://169.254.169.254/metadata/instance")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://[ff02::1]/")]
    public async Task CheckAsync_MetadataOrMulticast_IsAlwaysRefused(string url)
    {
        Assert.Equal(OutboundErrors.UrlRefused, (await new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = true }).CheckAsync(url, default)).Error?.Code);
    }

    [Theory]
    [InlineData("https://1.1.1.1/a.git")]
    [InlineData("http://[2606:4700::1111]:8080/a.git")]
    [InlineData("https://172.32.0.1/")]
    [InlineData("https://[64:ff9b::101:101]/")] // 1.1.1.1 behind NAT64
    public async Task CheckAsync_PublicAddress_IsAllowed(string url)
    {
        Assert.True((await new OutboundUrls(new OutboundOptions()).CheckAsync(url, default)).Succeeded);
    }

    [Fact]
    public async Task CheckAsync_NameOfAPrivateAddress_IsRefused()
    {
        Assert.Equal(OutboundErrors.UrlRefused, (await At("10.0.0.5").CheckAsync("https://git.example.com/a.git", default)).Error?.Code);
        Assert.Equal(OutboundErrors.UrlRefused, (await At("1.1.1.1", "::1").CheckAsync("https://git.example.com/a.git", default)).Error?.Code);
        Assert.True((await At("1.1.1.1").CheckAsync("https://git.example.com/a.git", default)).Succeeded);
    }

    [Fact]
    public async Task CheckAsync_NameWithoutAddress_IsUnresolved()
    {
        var urls = new OutboundUrls(new OutboundOptions(), (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal(OutboundErrors.HostUnresolved, (await urls.CheckAsync("https://git.example.com/", default)).Error?.Code);
    }

    [Fact]
    public async Task Handler_NameMovesToAPrivateAddressAfterTheCheck_DoesNotConnect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lookups = 0;
        var urls = new OutboundUrls(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([lookups++ == 0 ? IPAddress.Parse("1.1.1.1") : IPAddress.Loopback]));
        var url = (await urls.CheckAsync($"http://rebind.example.com:{((IPEndPoint)listener.LocalEndpoint).Port}/", default)).Value;
        using var client = new HttpClient(OutboundHandler.Create(urls));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(url, TestContext.Current.CancellationToken));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Handler_AllowedAddress_ConnectsToTheAddressThatWasChecked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var urls = new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = true }, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        using var client = new HttpClient(OutboundHandler.Create(urls));
        var asking = client.GetStringAsync($"http://only-we-know.example.com:{((IPEndPoint)listener.LocalEndpoint).Port}/", TestContext.Current.CancellationToken);

        using (var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal("ok", await asking);
    }

    private static OutboundUrls At(params string[] addresses) =>
        new(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]));
}
