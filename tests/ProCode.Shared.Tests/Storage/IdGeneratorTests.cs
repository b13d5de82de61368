using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class IdGeneratorTests(StorageFixture storage)
{
    private readonly string _aggregate = $"things-{Guid.NewGuid():N}";

    [Fact]
    public async Task NextAsync_FirstIds_CountFromOne()
    {
        using var generator = new IdGenerator(storage.Tables);

        List<long> ids = [await NextAsync(generator), await NextAsync(generator), await NextAsync(generator)];
        Assert.Equal([1, 2, 3], ids);
    }

    [Fact]
    public async Task NextAsync_OtherAggregate_CountsForItself()
    {
        using var generator = new IdGenerator(storage.Tables);
        await NextAsync(generator);

        Assert.Equal(1, await generator.NextAsync($"other-{_aggregate}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task NextAsync_AfterRestart_NeverRepeats()
    {
        using var before = new IdGenerator(storage.Tables);
        var last = await NextAsync(before);
        using var after = new IdGenerator(storage.OtherProcess());

        Assert.True(await NextAsync(after) > last);
    }

    [Fact]
    public async Task NextAsync_FourProcessesAtOnce_NeverCollide()
    {
        var generators = Enumerable.Range(0, 4).Select(_ => new IdGenerator(storage.OtherProcess())).ToList();

        var ids = await Task.WhenAll(generators.SelectMany(generator => Enumerable.Range(0, 500).Select(_ => Task.Run(() => NextAsync(generator)))));

        Assert.Equal(2000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 1, 2000 + (4 * 50)));
        generators.ForEach(generator => generator.Dispose());
    }

    private Task<long> NextAsync(IdGenerator generator) => generator.NextAsync(_aggregate, TestContext.Current.CancellationToken).AsTask();
}
