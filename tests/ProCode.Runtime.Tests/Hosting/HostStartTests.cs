using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>What the host does with its settings when it starts, and what keeps it from starting.</summary>
public sealed class HostStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-start-").FullName;

    [Fact]
    public async Task Start_PartsOfHostJsonWithoutEffect_AreWarnedOf()
    {
        var logs = new Logs();
        await using var app = await FunctionsApp.StartWithAsync(
            ["--AzureFunctionsJobHost:extensions:queues:batchSize=1", "--AzureFunctionsJobHost:logging:logLevel:Host=Warning"],
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Logging.AddProvider(logs);
            },
            typeof(JsonTests.People));

        Assert.Equal(["Warning: host.json: 'extensions.queues' has no effect in the local host."], logs.Of("Host"));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("Information", 1)]
    public async Task Start_LogLevelOfHostJson_SaysWhatIsLogged(string? level, int lines)
    {
        var logs = new Logs();
        string[] settings = level is null ? [] : [$"--AzureFunctionsJobHost:logging:logLevel:Some={level}"];
        await using var app = await FunctionsApp.StartWithAsync(
            settings,
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Logging.AddProvider(logs);
            },
            typeof(JsonTests.People));

        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Some.Class").Log(LogLevel.Information, "a line");

        Assert.Equal(lines, logs.Of("Some.Class").Count());
    }

    [Theory]
    [InlineData("Port", "http")]
    [InlineData("ForceReplay", "sometimes")]
    [InlineData("SurvivesPowerLoss", "perhaps")]
    [InlineData("EventChaos", "much")]
    [InlineData("DurableRetention", "30")]
    public async Task Start_SettingOfTheLocalHostCannotBeRead_FailsAndNamesIt(string setting, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => FunctionsApp.StartWithAsync([$"--ProCodeLocal:{setting}={value}"], configure: null, typeof(JsonTests.People)));

        Assert.Contains($"'{value}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(setting, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LogLevelThatIsNone_Fails()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => FunctionsApp.StartWithAsync(
            ["--AzureFunctionsJobHost:logging:logLevel:default=Loud"], configure: null, typeof(JsonTests.People)));

        Assert.Contains("Loud", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ValidationOfTheAppFails_ThePortStaysClosed()
    {
        var builder = FunctionsApp.Builder(_folder, typeof(JsonTests.People));
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddOptions<Own>().Validate(_ => false, "Own:Url is missing.").ValidateOnStart();
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal("Own:Url is missing.", failure.Message);
        Assert.Empty(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
    }

    [Fact]
    public void Build_RunningRequests_HaveHalfAMinuteToEnd()
    {
        var builder = FunctionsApp.Builder(_folder);
        using var host = builder.Build();

        Assert.Equal(TimeSpan.FromSeconds(30), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void CreateBuilder_EnvironmentVariable_WinsOverLocalSettings()
    {
        const string Variable = "PROCODE_HOSTSTARTTESTS__KEY";
        File.WriteAllText(Path.Combine(_folder, "local.settings.json"), $$"""{ "Values": { "{{Variable}}": "file", "PROCODE_HOSTSTARTTESTS__OTHER": "file" } }""");
        Environment.SetEnvironmentVariable(Variable, "environment");
        try
        {
            var settings = FunctionsApp.Builder(_folder).Configuration.GetSection("PROCODE_HOSTSTARTTESTS");

            Assert.Equal(("environment", "file"), (settings["KEY"], settings["OTHER"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Own;

    private sealed class Logs : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Line)> _all = new();

        public IEnumerable<string> Of(string category) => _all.Where(entry => entry.Category == category).Select(entry => entry.Line);

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, _all);

        public void Dispose()
        {
        }

        private sealed class Writer(string category, ConcurrentQueue<(string Category, string Line)> all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Enqueue((category, $"{logLevel}: {formatter(state, exception)}"));
        }
    }
}
