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

    private static TableServiceClient CreateTableService(StorageOptions options) => options.TableEndpoint is { } endpoint
        ? new TableServiceClient(endpoint, new DefaultAzureCredential())
        : new TableServiceClient(options.ConnectionString!);

    private static BlobServiceClient CreateBlobService(StorageOptions options) => options.BlobEndpoint is { } endpoint
        ? new BlobServiceClient(endpoint, new DefaultAzureCredential())
        : new BlobServiceClient(options.ConnectionString);
}
