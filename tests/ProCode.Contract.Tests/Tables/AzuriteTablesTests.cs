using System.ComponentModel;
using Azure.Data.Tables;
using ProCode.Testing.Storage;

namespace ProCode.Contract.Tests.Tables;

/// <summary>The contract over HTTP, on the real emulator.</summary>
public sealed class AzuriteTablesTests(AzuriteFixture azurite) : TablesContract
{
    protected override async Task<TableServiceClient> ServiceAsync() => new(await azurite.ConnectionStringOrSkipAsync());
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
