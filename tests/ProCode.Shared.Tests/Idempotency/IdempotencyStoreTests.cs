using Azure.Data.Tables;
using ProCode.Idempotency;
using ProCode.Results;
using ProCode.Shared.Tests.Storage;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Idempotency;

public sealed class IdempotencyStoreTests(StorageFixture storage)
{
    private const string Key = "order-1";

    private readonly string _principal = Guid.NewGuid().ToString("N");
    private readonly string _aggregate = $"things-{Guid.NewGuid():N}";
    private readonly MovableTime _time = new();

    [Fact]
    public async Task BeginAsync_AnsweredRequest_GivesTheAnswer()
    {
        await (await BeginAsync(Process())).RecordAsync(new RecordedAnswer(201, "{\"code\":0}", "\"tag\""), Cancellation);

        Assert.Equal(new RecordedAnswer(201, "{\"code\":0}", "\"tag\""), (await BeginAsync(Process())).Answer);
    }

    [Fact]
    public async Task BeginAsync_OtherBody_IsRefused()
    {
        await BeginAsync(Process());

        Assert.Equal(IdempotencyErrors.KeyReused, (await TryBeginAsync(Process(), body: [2])).Error?.Code);
    }

    [Theory]
    [InlineData("somebody", "CreateThing", Key)]
    [InlineData(null, "CreateOther", Key)]
    [InlineData(null, "CreateThing", "order-2")]
    public async Task BeginAsync_OtherPrincipalFunctionOrKey_IsAnotherRequest(string? principal, string function, string key)
    {
        await (await BeginAsync(Process())).RecordAsync(new RecordedAnswer(201, "{}", null), Cancellation);

        var other = await Process().BeginAsync(principal is null ? _principal : principal + _principal, function, key, new byte[] { 2 }, Cancellation);

        Assert.Null(other.Value.Answer);
    }

    [Fact]
    public async Task BeginAsync_AfterADay_IsANewRequest()
    {
        await (await BeginAsync(Process())).RecordAsync(new RecordedAnswer(201, "{}", null), Cancellation);
        var first = await NextAsync(await BeginAsync(Process()));
        _time.Move(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));

        var later = await TryBeginAsync(Process(), body: [2]);

        Assert.Null(later.Value.Answer);
        Assert.NotEqual(first, await NextAsync(later.Value));
    }

    [Fact]
    public async Task RemoveExpiredAsync_AfterADay_ForgetsOnlyWhatIsOver()
    {
        await BeginAsync(Process());
        _time.Move(TimeSpan.FromHours(23));
        await Process().BeginAsync(_principal, "CreateThing", "order-2", new byte[] { 1 }, Cancellation);
        _time.Move(TimeSpan.FromHours(2));

        await Process().RemoveExpiredAsync(Cancellation);

        var table = await storage.Tables.GetAsync(TableNames.Idempotency, Cancellation);
        var left = await table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {_principal}")).ToListAsync(Cancellation);
        Assert.Single(left);
    }

    [Fact]
    public async Task NextAsync_RunThatWasCutOff_GivesTheSameIdsInTheSameOrder()
    {
        var cutOff = Ids(await BeginAsync(Process()));
        long[] before = [await cutOff.NextAsync(_aggregate, Cancellation), await cutOff.NextAsync(_aggregate, Cancellation)];

        var again = Ids(await BeginAsync(Process()));

        long[] after = [await again.NextAsync(_aggregate, Cancellation), await again.NextAsync(_aggregate, Cancellation)];
        Assert.Equal(before, after);
        Assert.DoesNotContain(await again.NextAsync(_aggregate, Cancellation), before);
    }

    [Fact]
    public async Task NextAsync_ManyRunsAtOnce_GetTheSameId()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () => await NextAsync(await BeginAsync(Process())))));

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task RecordAsync_ManyRunsAtOnce_AgreeOnOneAnswer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(run => Task.Run(async () =>
            await (await BeginAsync(Process())).RecordAsync(new RecordedAnswer(200 + run, "{}", null), Cancellation))));

        Assert.Single(answers.Distinct());
        Assert.Equal(answers[0], (await BeginAsync(Process())).Answer);
    }

    [Fact]
    public async Task RecordAsync_IdsReservedByAnotherRunMeanwhile_Stay()
    {
        var slow = await BeginAsync(Process());
        var id = await NextAsync(await BeginAsync(Process()));
        await slow.RecordAsync(new RecordedAnswer(201, "{}", null), Cancellation);

        Assert.Equal(id, await NextAsync(await BeginAsync(Process())));
    }

    [Fact]
    public async Task NextAsync_WithoutAKey_CountsOn()
    {
        using var generator = new IdGenerator(storage.OtherProcess());
        var ids = new RequestIds(generator);

        Assert.Equal(1, await ids.NextAsync(_aggregate, Cancellation));
        Assert.Equal(2, await ids.NextAsync(_aggregate, Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IdempotencyStore Process()
    {
        var tables = storage.OtherProcess();
        return new IdempotencyStore(tables, new IdGenerator(tables), _time);
    }

    private Task<Result<KeyedRequest>> TryBeginAsync(IdempotencyStore store, byte[] body) => store.BeginAsync(_principal, "CreateThing", Key, body, Cancellation);

    private async Task<KeyedRequest> BeginAsync(IdempotencyStore store) => (await TryBeginAsync(store, [1])).Value;

    private RequestIds Ids(KeyedRequest request)
    {
        var ids = new RequestIds(new IdGenerator(storage.Tables));
        ids.Use(request);
        return ids;
    }

    private async Task<long> NextAsync(KeyedRequest request) => await Ids(request).NextAsync(_aggregate, Cancellation);

    private sealed class MovableTime : TimeProvider
    {
        private DateTimeOffset _now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Move(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
