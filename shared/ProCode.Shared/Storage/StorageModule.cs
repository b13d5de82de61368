using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode.Storage;

/// <summary>Tables and blobs.</summary>
public static class StorageModule
{
    /// <summary>The account of the settings under <c>Storage</c>; its tables and containers are made when the app starts.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptions.Validator>();
        services.AddSingleton(provider => CreateTableService(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton(provider => CreateBlobService(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton<Tables>().AddSingleton<Blobs>().AddSingleton<IdGenerator>();
        return services.AddHostedService<StorageSetup>();
    }

    private static TableServiceClient CreateTableService(StorageOptions options)
    {
        // A write must be over, retries included, well before the sweep may stop looking for what it owes (Doorbells: Hangs less Quiet).
        var client = new TableClientOptions { Retry = { NetworkTimeout = TimeSpan.FromSeconds(15) } };
        return options.TableEndpoint is { } endpoint
            ? new TableServiceClient(endpoint, new DefaultAzureCredential(), client)
            : new TableServiceClient(options.ConnectionString!, client);
    }

    private static BlobServiceClient CreateBlobService(StorageOptions options) => options.BlobEndpoint is { } endpoint
        ? new BlobServiceClient(endpoint, new DefaultAzureCredential())
        : new BlobServiceClient(options.ConnectionString);
}
