using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Images;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.PipelineBench;

/// <summary>
/// Exchanges the git host, the image builder and the deployment target for ones that take no time, so that what is left to measure is ours; counts
/// what goes to the storage; and answers questions about the process below /bench.
/// </summary>
internal static class OutsidePorts
{
    public static void Exchange(IConfiguration configuration, IServiceCollection services)
    {
        services.AddKeyedSingleton<IGitHost, InstantGitHost>(GitType.Git);
        services.AddSingleton<IImageBuilder, InstantImageBuilder>();
        services.AddSingleton(provider => new InstantTarget(
            configuration.GetValue("Bench:DeployTime", TimeSpan.Zero), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RoundTrips>()));
        services.AddSingleton<IDeploymentTarget>(provider => provider.GetRequiredService<InstantTarget>());

        // As StorageModule makes them, but for the counting.
        services.AddSingleton<RoundTrips>();
        services.AddSingleton(provider => new TableServiceClient(configuration["Bench:Tables"] ?? Account(provider), new TableClientOptions
        {
            Retry = { NetworkTimeout = TimeSpan.FromSeconds(15) },
            Transport = new CountingTransport(HttpClientTransport.Shared, StorageKind.Tables, provider.GetRequiredService<RoundTrips>()),
        }));
        services.AddSingleton(provider => new BlobServiceClient(Account(provider), new BlobClientOptions
        {
            Transport = new CountingTransport(HttpClientTransport.Shared, StorageKind.Blobs, provider.GetRequiredService<RoundTrips>()),
        }));

        services.AddSingleton<WaitingPipelines>();
        services.AddSingleton<IStartupFilter, BenchEndpoints>();
    }

    private static string Account(IServiceProvider provider) => provider.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString!;
}
