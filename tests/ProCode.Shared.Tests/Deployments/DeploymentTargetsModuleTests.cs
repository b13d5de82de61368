using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ProCode.Deployments.ProcessTarget;
using ProCode.Images;

namespace ProCode.Deployments;

public sealed class DeploymentTargetsModuleTests
{
    [Fact]
    public async Task AddDeploymentTargets_Process_IsOneTargetUnderEachInterface()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IImageReader>(new AgentImages("/nowhere").Reader);
        services.AddDeploymentTargets(Configuration(("Target", "process"), ("ProcessPath", "/nowhere"), ("HealthTimeout", "00:00:05")));
        await using var provider = services.BuildServiceProvider();

        var target = provider.GetRequiredService<IDeploymentTarget>();

        Assert.Equal("process", target.Name);
        Assert.Same(target, Assert.Single(provider.GetServices<IHostedService>()));
        Assert.Equal(TimeSpan.FromSeconds(5), provider.GetRequiredService<ProcessTargetOptions>().HealthTimeout);
    }

    [Theory]
    [InlineData(null, "/nowhere", null, "Deployments:Target is ''")]
    [InlineData("docker", "/nowhere", null, "Deployments:Target is 'docker'")]
    [InlineData("process", null, null, "Deployments:ProcessPath is missing")]
    [InlineData("process", "/nowhere", "00:00:00", "Deployments:HealthTimeout must be longer")]
    public void AddDeploymentTargets_WrongSetting_SaysWhich(string? target, string? path, string? timeout, string message)
    {
        var configuration = Configuration(("Target", target), ("ProcessPath", path), ("HealthTimeout", timeout));

        var thrown = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddDeploymentTargets(configuration));

        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Where(setting => setting.Value is not null).ToDictionary(setting => "Deployments:" + setting.Key, setting => setting.Value)).Build();
}
