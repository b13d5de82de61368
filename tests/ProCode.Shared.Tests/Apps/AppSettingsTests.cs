using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Apps;

public sealed class AppSettingsTests
{
    [Fact]
    public void Validate_TheDefaults_BlamesNothing() => Assert.Empty(Blamed(new AppSettings()));

    [Fact]
    public void Validate_EverythingWrong_BlamesEverythingAtOnce()
    {
        var settings = new AppSettings
        {
            TagPattern = "latest",
            TestBranchPattern = "test",
            StageConfigs = new Dictionary<string, StageConfigChange>
            {
                ["BUILD"] = new(DriveMode.ASYNC, MaxRetries: 11, PollInterval: 5, PollTimeout: 5),
                ["DEPLOY"] = new(DriveMode.AUTO, MaxRetries: -1, PollInterval: 0, PollTimeout: 86_401),
                ["TEST"] = new(),
            },
            Retention = new AppRetention(0, 3651),
        };

        Assert.Equal(
            [
                "retention.images", "retention.logDays", "stageConfigs.BUILD.driveMode", "stageConfigs.BUILD.maxRetries", "stageConfigs.BUILD.pollInterval",
                "stageConfigs.BUILD.pollTimeout", "stageConfigs.DEPLOY.driveMode", "stageConfigs.DEPLOY.maxRetries", "stageConfigs.DEPLOY.pollInterval",
                "stageConfigs.DEPLOY.pollTimeout", "stageConfigs.TEST", "tagPattern", "testBranchPattern",
            ],
            Blamed(settings));
    }

    [Fact]
    public void Validate_TheLimits_AreAllowed() => Assert.Empty(Blamed(new AppSettings
    {
        StageConfigs = new Dictionary<string, StageConfigChange>
        {
            ["CODE_CHECK"] = new(DriveMode.MANUAL, RetryMode.MANUAL, 0),
            ["BUILD"] = new(DriveMode.AUTO, RetryMode.AUTO, 10),
            ["DEPLOY"] = new(DriveMode.ASYNC, RetryMode.AUTO, 10, 3600, 86_400),
        },
        Retention = new AppRetention(100, 3650),
    }));

    [Fact]
    public void StageConfigsOver_SomeFields_ChangesThoseOnly()
    {
        var settings = new AppSettings
        {
            StageConfigs = new Dictionary<string, StageConfigChange>
            {
                ["BUILD"] = new(MaxRetries: 5),
                ["DEPLOY"] = new(PollTimeout: 60),
                ["A_STAGE_OF_TOMORROW"] = new(MaxRetries: 1),
            },
        };

        var merged = settings.StageConfigsOver(new PipelineOptions().PhaseDefaults());

        Assert.Equal(
            new SortedDictionary<StageKind, StageConfig>(StageConfig.PhaseDefaults.ToDictionary())
            {
                [StageKind.BUILD] = new(DriveMode.AUTO, RetryMode.AUTO, 5),
                [StageKind.DEPLOY] = new(DriveMode.ASYNC, RetryMode.MANUAL, 0, 30, 60),
            },
            merged);
    }

    private static IEnumerable<string> Blamed(AppSettings settings)
    {
        var check = new Check();
        settings.Validate(check);
        return check.Failed(out var error) ? error.Details.Select(detail => detail.Field).Order(StringComparer.Ordinal) : [];
    }
}
