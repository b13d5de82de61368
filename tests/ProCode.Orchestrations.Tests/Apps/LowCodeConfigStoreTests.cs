using System.Text.Json;
using ProCode.Apps;
using ProCode.Identity;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class LowCodeConfigStoreTests
{
    private const long AppId = 7;

    [Fact]
    public async Task SaveAsync_FiftyFiveVersions_KeepsTheLastFifty()
    {
        await using var platform = await PlatformAsync();
        Assert.Equal(LowCodeConfig.Empty, (await GetAsync(platform)).Value);

        for (var i = 1; i <= 55; i++) Assert.Equal(i, (await SaveAsync(platform, $"{i}")).Value.Version);

        Assert.Equal((55, "55"), Seen(await GetAsync(platform)));
        Assert.Equal((6, "6"), Seen(await GetAsync(platform, 6)));
        Assert.Equal(GeneralErrors.NotFound, (await GetAsync(platform, 5)).Error!.Code);
        Assert.Equal(GeneralErrors.NotFound, (await GetAsync(platform, 56)).Error!.Code);
        Assert.Equal(LowCodeConfig.KeptVersions, (await platform.RowsAsync(TableNames.Apps)).Count(row => row.Contains(AppRows.LowCodePrefix, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SaveAsync_TwentyAtOnce_EachIsAVersionOfItsOwn()
    {
        await using var platform = await PlatformAsync();

        var saved = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => SaveAsync(platform, $"{i}"))));

        Assert.Equal(Enumerable.Range(1, 20), saved.Select(result => result.Value.Version).Order());
        foreach (var version in saved) Assert.Equal(version.Value.Document.Flow.ToString(), (await GetAsync(platform, version.Value.Version)).Value.Document.Flow.ToString());
    }

    [Fact]
    public async Task SaveAsync_TwentyOfOneVersionAtOnce_OneWins()
    {
        await using var platform = await PlatformAsync();
        await SaveAsync(platform, "0");

        var saved = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => SaveAsync(
            platform, $"{i}", current => current.Version == 1 ? null : GeneralErrors.Precondition.With("changed")))));

        Assert.Equal(2, Assert.Single(saved, result => result.Succeeded).Value.Version);
        Assert.All(saved.Where(result => !result.Succeeded), result => Assert.Equal(GeneralErrors.Precondition, result.Error!.Code));
    }

    [Fact]
    public async Task SaveAsync_TheSameDocumentAgain_IsNoNewVersion()
    {
        await using var platform = await PlatformAsync();
        await SaveAsync(platform, """{"a":[1,2.50,"é"]}""");

        Assert.Equal(1, (await SaveAsync(platform, """{ "a": [1, 2.50, "\u00e9"] }""")).Value.Version);
        Assert.Equal(2, (await SaveAsync(platform, """{"a":[1,2.5,"é"]}""")).Value.Version);
    }

    [Fact]
    public async Task SaveAsync_ItsAnswerIsLost_IsThereOnce()
    {
        await using var platform = await PlatformAsync();
        platform.Tables.BreakAfter("$batch", AppRows.LowCodePrefix);
        await Assert.ThrowsAnyAsync<Exception>(() => SaveAsync(platform, "1"));

        Assert.Equal(1, (await SaveAsync(platform, "1")).Value.Version);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('流')]
    [InlineData('"')]
    public async Task SaveAsync_TheLargestDocument_ComesBackAsItWas(char character)
    {
        await using var platform = await PlatformAsync();
        var size = System.Text.Encoding.UTF8.GetByteCount([character]) * (character == '"' ? 2 : 1);
        var overhead = """{"flow":""}""".Length;
        var text = new string(character, (LowCodeDocument.MaxLength - overhead) / size);

        Assert.Equal(1, (await SaveAsync(platform, JsonSerializer.Serialize(text))).Value.Version);
        Assert.Equal(text, (await GetAsync(platform)).Value.Document.Flow!.Value.GetString());

        Assert.Equal(GeneralErrors.TooLarge, (await SaveAsync(platform, JsonSerializer.Serialize(text + character))).Error!.Code);
    }

    [Fact]
    public async Task SaveAsync_AProCodeApp_KeepsItsMode()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var store = platform.Get<LowCodeConfigStore>();

        Assert.Equal(AppErrors.DevModeFixed, (await store.SaveAsync(app.Id, new LowCodeDocument(null, null, null), _ => null, default)).Error!.Code);
        Assert.Equal(AppErrors.DevModeFixed, (await store.GetAsync(app.Id, null, default)).Error!.Code);
        Assert.Equal(GeneralErrors.NotFound, (await store.GetAsync(999, null, default)).Error!.Code);
    }

    private static (int Version, string? Flow) Seen(Result<LowCodeConfig> config) => (config.Value.Version, config.Value.Document.Flow.ToString());

    private static async Task<TestPlatform> PlatformAsync()
    {
        var platform = TestPlatform.WithoutEngine();
        var now = platform.Time.GetUtcNow();
        await platform.Get<AppStore>().CreateAsync(new App(AppId, ProjectIds.Default, "low", DevMode.LowCode, null, null, now, now), null, null, default);
        return platform;
    }

    private static Task<Result<LowCodeConfig>> GetAsync(TestPlatform platform, int? version = null) => platform.Get<LowCodeConfigStore>().GetAsync(AppId, version, default);

    private static Task<Result<LowCodeConfig>> SaveAsync(TestPlatform platform, string flow, Func<LowCodeConfig, Error?>? refuse = null) =>
        platform.Get<LowCodeConfigStore>().SaveAsync(AppId, new LowCodeDocument(JsonElement.Parse(flow), null, null), refuse ?? (_ => null), default);
}
