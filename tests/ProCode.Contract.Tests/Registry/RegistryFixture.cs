using ProCode.Dev;

namespace ProCode.Contract.Tests.Registry;

/// <summary>One registry for all tests of the assembly (an xunit assembly fixture), started when the first test asks for it.</summary>
public sealed class RegistryFixture : IAsyncDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"procode-registry-{Guid.NewGuid():N}");
    private readonly Lazy<Task<(DockerRegistry Registry, AzureFront Front)>> started;

    public RegistryFixture() => started = new(StartAsync);

    public async ValueTask DisposeAsync()
    {
        if (started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (registry, front) = await started.Value;
            try
            {
                await front.DisposeAsync();
            }
            finally
            {
                await registry.DisposeAsync();
            }
        }

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Skips the test where the registry's program is missing, except on a CI machine: there that is a failure.</summary>
    internal async Task<AzureFront> GetOrSkipAsync()
    {
        if (!Tool.Exists(DockerRegistry.Program))
        {
            const string reason = $"not installed: {DockerRegistry.Program}";
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(reason);
            Assert.Skip(reason);
        }

        return (await started.Value).Front;
    }

    private async Task<(DockerRegistry Registry, AzureFront Front)> StartAsync()
    {
        var registry = await DockerRegistry.StartAsync(folder);
        try
        {
            return (registry, await AzureFront.StartAsync(registry));
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }
}
