using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using ProCode.Testing.Storage;

namespace ProCode.Contract.Tests.Tables;

/// <summary>The contract over HTTP, on the real emulator.</summary>
public sealed class AzuriteTablesTests(AzuriteFixture azurite) : TablesContract
{
    protected override async Task<TableServiceClient> ServiceAsync() => new(await azurite.ConnectionStringOrSkipAsync());

    [Fact]
    public async Task ConnectionString_WithASignature_IsLetInAsFarAsItSays()
    {
        var table = await NewTableAsync();
        var parts = (await azurite.ConnectionStringOrSkipAsync()).Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var signature = AccountSignature(parts["AccountName"], parts["AccountKey"], permissions: "ra");
        var signed = new TableClient($"TableEndpoint={parts["TableEndpoint"]};SharedAccessSignature={signature}", table.Name);

        await signed.AddEntityAsync(new TableEntity("p", "it's"));
        Assert.Equal("it's", Assert.Single(await AllAsync(signed.QueryAsync<TableEntity>("PartitionKey eq 'p'"))).RowKey);
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => signed.DeleteEntityAsync("p", "it's"))).Status);
    }

    // An account signature of the service's version 2019-02-02, for rows and tables of the table service.
    private static string AccountSignature(string account, string key, string permissions)
    {
        const string services = "t", resources = "sco", expiry = "2099-01-01T00:00:00Z", version = "2019-02-02";
        var text = $"{account}\n{permissions}\n{services}\n{resources}\n\n{expiry}\n\n\n{version}\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes(text)));
        return $"sv={version}&ss={services}&srt={resources}&sp={permissions}&se={Uri.EscapeDataString(expiry)}&sig={Uri.EscapeDataString(signature)}";
    }
}

internal static class AzuriteSkip
{
    /// <summary>Azurite's connection string; without Node.js the test is skipped, except on a CI machine.</summary>
    public static async Task<string> ConnectionStringOrSkipAsync(this AzuriteFixture azurite)
    {
        try
        {
            return (await azurite.GetAsync()).ConnectionString;
        }
        catch (InvalidOperationException exception) when (exception.InnerException is Win32Exception && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }
}
