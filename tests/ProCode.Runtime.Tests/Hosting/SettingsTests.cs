using Microsoft.Extensions.Configuration;
using ProCode.Local.Hosting;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-settings-").FullName;

    [Fact]
    public void Read_LocalSettings_GivesValuesAsConfigurationKeys()
    {
        Write(LocalSettingsFile.Name, """{ "IsEncrypted": false, /* kept plain */ "Values": { "Storage__TableEndpoint": "http://x", "Flag": true, "Count": 3, } }""");

        var values = LocalSettingsFile.Read(_folder);

        Assert.Equal(("http://x", "True", "3"), (values["Storage:TableEndpoint"], values["flag"], values["Count"]));
    }

    [Fact]
    public void Read_NoLocalSettings_IsEmpty() => Assert.Empty(LocalSettingsFile.Read(_folder));

    [Theory]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", "is encrypted")]
    [InlineData("""{ "Values": { "A": { "B": 1 } } }""", "the value of 'A' must be")]
    [InlineData("""{ "Values": { "Key": "topsecret" """, "is not valid JSON (line 1)")]
    public void Read_BadLocalSettings_SaysWhyWithoutValues(string content, string reason)
    {
        Write(LocalSettingsFile.Name, content);

        var failure = Assert.Throws<InvalidDataException>(() => LocalSettingsFile.Read(_folder));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CreateBuilder_SameKeyInSeveralPlaces_LaterOnesWin()
    {
        Write(LocalSettingsFile.Name, """{ "Values": { "A": "file", "B": "file" } }""");

        var builder = LocalHost.CreateBuilder([$"--AzureWebJobsScriptRoot={_folder}", "--B=args"], "app");

        Assert.Equal(("file", "args"), (builder.Configuration["A"], builder.Configuration["B"]));
    }

    [Fact]
    public void Read_HostFile_FollowsWhatItKnowsAndWarnsOfTheRest()
    {
        Write(HostFile.Name, """
            {
              "version": "2.0",
              "functionTimeout": "00:10:00",
              "logging": { "logLevel": { "default": "Warning" }, "console": { "isEnabled": true } },
              "extensions": {
                "http": { "routePrefix": "/v1/", "hsts": { "isEnabled": true } },
                "durableTask": { "defaultVersion": "1.5", "maxConcurrentActivityFunctions": 7, "storageProvider": { "type": "AzureStorage" } },
                "queues": { "batchSize": 1 }
              }
            }
            """);

        var file = HostFile.Read(_folder, Settings(("AzureFunctionsJobHost:extensions:durableTask:maxConcurrentOrchestratorFunctions", "3")));

        Assert.Equal(("v1", "1.5", 7, 3), (file.RoutePrefix, file.DefaultVersion, file.MaxConcurrentActivities, file.MaxConcurrentOrchestrators));
        Assert.Equal(
            ["extensions.http.hsts", "extensions.queues", "logging.console"],
            file.Warnings.Select(warning => warning.Split('\'')[1]).Order());
    }

    [Fact]
    public void Read_NoHostFile_HasTheHostsDefaults()
    {
        var file = HostFile.Read(_folder, Settings());

        Assert.Equal(("api", ""), (file.RoutePrefix, file.DefaultVersion));
        Assert.Single(file.Warnings);
    }

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "version": "1.0" }""")]
    [InlineData("""{ "version": """)]
    public void Read_BadHostFile_Fails(string content)
    {
        Write(HostFile.Name, content);

        Assert.Throws<InvalidDataException>(() => HostFile.Read(_folder, Settings()));
    }

    [Fact]
    public void Read_HostFile_LimitsOfRequestsAreNumbersOrNone()
    {
        Write(HostFile.Name, """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": 5, "maxOutstandingRequests": -1 } } }""");

        var file = HostFile.Read(_folder, Settings());

        Assert.Equal((5, (int?)null), (file.MaxConcurrentRequests, file.MaxOutstandingRequests));
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [InlineData("extensions:http:maxConcurrentRequests", "many", "extensions.http.maxConcurrentRequests must be a whole number above 0, and is 'many'")]
    [InlineData("extensions:http:maxOutstandingRequests", "0", "extensions.http.maxOutstandingRequests must be a whole number above 0, and is '0'")]
    [InlineData("extensions:durableTask:maxConcurrentActivityFunctions", "-1", "extensions.durableTask.maxConcurrentActivityFunctions must be")]
    [InlineData("extensions:durableTask:maxConcurrentOrchestratorFunctions", "1.5", "extensions.durableTask.maxConcurrentOrchestratorFunctions must be")]
    [InlineData("functionTimeout", "ten minutes", "functionTimeout must be a time such as 00:10:00, or -1 for none, and is 'ten minutes'")]
    [InlineData("functionTimeout", "00:00:00", "functionTimeout must be")]
    public void Read_HostFileWithBadValue_SaysWhichAndWhy(string key, string value, string reason)
    {
        Write(HostFile.Name, """{ "version": "2.0" }""");

        var failure = Assert.Throws<InvalidDataException>(() => HostFile.Read(_folder, Settings(($"AzureFunctionsJobHost:{key}", value))));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30.00:00:00", 30 * 24)]
    [InlineData("12:00:00", 12)]
    public void Read_Retention_IsATime(string value, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), LocalHostSettings.Read(Settings(("ProCodeLocal:DurableRetention", value))).DurableRetention);

    [Theory]
    [InlineData("-1")]
    [InlineData("30")]
    [InlineData("-1.00:00:00")]
    [InlineData("00:00:00")]
    [InlineData("soon")]
    public void Read_RetentionThatWouldRemoveWhatIsWanted_IsRefused(string value)
    {
        var failure = Assert.Throws<InvalidDataException>(() => LocalHostSettings.Read(Settings(("ProCodeLocal:DurableRetention", value))));
        Assert.Contains($"'{value}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoRetention_KeepsEverything() => Assert.Equal(Timeout.InfiniteTimeSpan, LocalHostSettings.Read(Settings()).DurableRetention);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
}
