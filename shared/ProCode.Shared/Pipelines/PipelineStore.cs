using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using ProCode.Iterations;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Pipelines;

/// <summary>Which pipelines a list asks for. Narrowing by app, iteration or parent reads the app's own rows; otherwise it is the project's list.</summary>
public sealed record PipelineFilter(
    long ProjectId, long? AppId = null, long? IterationId = null, long? ParentId = null, PipelineStatus? Status = null, PipelineType? Type = null);

/// <summary>The pipelines and their runs, rows of their app, and their line in the project's list.</summary>
public sealed class PipelineStore(Tables tables, AppPartition rows, Owners owners)
{
    private const string RowKind = "Kind";
    private const string PipelineKind = "pipeline";
    private const string LineVersion = "Version";

    // The lines of pipelines that move; the bound only keeps a long-lived process from growing for ever.
    private const int RememberedLines = 20_000;

    private readonly ConcurrentDictionary<long, Line> _lines = new();

    /// <summary>The pipeline, or null.</summary>
    public async Task<Stored<Pipeline>?> FindAsync(long id, CancellationToken cancellation) =>
        await owners.FindAsync(OwnedKind.Pipeline, id, cancellation) is { } appId ? await FindAsync(appId, id, cancellation) : null;

    /// <summary>The pipeline of an app, or null.</summary>
    public Task<Stored<Pipeline>?> FindAsync(long appId, long id, CancellationToken cancellation) =>
        rows.FindAsync<Pipeline>(appId, AppRows.Pipeline(id), cancellation);

    /// <summary>The pipeline for a change that is committed on its version (<see cref="AppPartition.RecallAsync"/>).</summary>
    public async Task<Stored<Pipeline>> RecallAsync(long appId, long id, CancellationToken cancellation) =>
        await rows.RecallAsync<Pipeline>(appId, AppRows.Pipeline(id), cancellation) ?? throw Gone(appId, id);

    /// <summary>
    /// The pipeline for an attempt of a stage, unless that is over (<see cref="PipelineErrors.RunOver"/>). All that an attempt goes by was written before it began, so what this
    /// process remembers since then will do; whether the run has been ended meanwhile is for <c>RunWatch</c> to see.
    /// </summary>
    public async Task<Result<Stored<Pipeline>>> OfAttemptAsync(StageAttempt attempt, CancellationToken cancellation)
    {
        var found = await RecallAsync(attempt.AppId, attempt.PipelineId, cancellation);
        if (!attempt.IsUnderWayIn(found.Value)) found = await GetAsync(attempt.AppId, attempt.PipelineId, cancellation);
        return attempt.IsUnderWayIn(found.Value) ? found : attempt.Over();
    }

    /// <summary>The pipeline that must be there, because a durable instance or another row names it.</summary>
    public async Task<Stored<Pipeline>> GetAsync(long appId, long id, CancellationToken cancellation) =>
        await FindAsync(appId, id, cancellation) ?? throw Gone(appId, id);

    /// <summary>The pipeline with its runs and their attempts, oldest first, or null.</summary>
    public async Task<(Pipeline Pipeline, IReadOnlyList<PipelineRun> Runs, IReadOnlyList<AttemptRecord> Attempts)?> FindWithRunsAsync(long id, CancellationToken cancellation)
    {
        if (await owners.FindAsync(OwnedKind.Pipeline, id, cancellation) is not { } appId) return null;
        var found = await rows.ReadPrefixAsync(appId, AppRows.Pipeline(id), cancellation);
        if (found.FirstOrDefault(row => row.RowKey == AppRows.Pipeline(id)) is not { } pipeline) return null;
        var runLength = AppRows.Run(id, 1).Length;
        var runs = found.Where(row => row.RowKey.Length == runLength).Select(row => AppPartition.Read<PipelineRun>(row).Value);
        var attempts = found.Where(row => row.RowKey.Length > runLength).Select(row => AppPartition.Read<AttemptRecord>(row).Value);
        return (AppPartition.Read<Pipeline>(pipeline).Value, runs.ToList(), attempts.ToList());
    }

    /// <summary>A PHASE pipeline of the app that has not ended, or null.</summary>
    public async Task<Pipeline?> FindRunningAsync(long appId, CancellationToken cancellation)
    {
        var filter = InApp(appId) + TableClient.CreateQueryFilter(
            $" and Type eq {nameof(PipelineType.PHASE)} and Status ne {nameof(PipelineStatus.SUCCESS)} and Status ne {nameof(PipelineStatus.FAILED)} and Status ne {nameof(PipelineStatus.CANCELED)}");
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellation))
            return AppPartition.Read<Pipeline>(row).Value;
        return null;
    }

    /// <summary>The pipelines of the phases of these iterations of an app, by one query over their keys.</summary>
    public async Task<IReadOnlyList<Pipeline>> OfPhasesAsync(long appId, IReadOnlyCollection<Iteration> iterations, CancellationToken cancellation)
    {
        var ids = iterations.SelectMany(iteration => iteration.Phases).Select(phase => phase.PipelineId).ToHashSet();
        if (ids.Count == 0) return [];

        // Newer ones come first; between them there are their runs, and pipelines of others.
        var (from, to) = (AppRows.Pipeline(ids.Max()), AppRows.Pipeline(ids.Min()) + "~");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {from} and RowKey lt {to} and Kind eq {PipelineKind}")
            + TableClient.CreateQueryFilter($" and Type eq {nameof(PipelineType.PHASE)}");
        var found = new List<Pipeline>();
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            var pipeline = AppPartition.Read<Pipeline>(row).Value;
            if (ids.Contains(pipeline.Id)) found.Add(pipeline);
        }

        return found;
    }

    /// <summary>A page of pipelines, newest first.</summary>
    public async Task<Result<Page<Pipeline>>> ListAsync(PipelineFilter filter, int limit, string? continuation, CancellationToken cancellation)
    {
        var appId = filter.AppId;
        if (appId is null && filter.IterationId is { } iteration)
        {
            appId = await owners.FindAsync(OwnedKind.Iteration, iteration, cancellation);
            if (appId is null) return new Page<Pipeline>([], null);
        }

        if (appId is null && filter.ParentId is { } parent)
        {
            appId = await owners.FindAsync(OwnedKind.Pipeline, parent, cancellation);
            if (appId is null) return new Page<Pipeline>([], null);
        }

        var inApp = appId is not null;
        var query = inApp
            ? InApp(appId!.Value)
            : TableClient.CreateQueryFilter($"PartitionKey eq {ListPartition(filter.ProjectId)}");
        if (inApp) query += TableClient.CreateQueryFilter($" and ProjectId eq {filter.ProjectId}");
        if (filter.IterationId is { } iterationId) query += TableClient.CreateQueryFilter($" and IterationId eq {iterationId}");
        if (filter.ParentId is { } parentId) query += TableClient.CreateQueryFilter($" and ParentId eq {parentId}");
        if (filter.Status is { } status) query += TableClient.CreateQueryFilter($" and Status eq {status.ToString()}");
        if (filter.Type is { } type) query += TableClient.CreateQueryFilter($" and Type eq {type.ToString()}");

        var table = await tables.GetAsync(inApp ? TableNames.Apps : TableNames.Listings, cancellation);
        return await table.ReadPageAsync(query, limit, continuation, row => AppPartition.Read<Pipeline>(row).Value, cancellation);
    }

    /// <summary>Brings the pipeline's line in its project's list up to date; one that shows a later state stays. Costs one round trip, as long as
    /// it was this process that wrote the line before.</summary>
    public async Task ListAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        var line = new TableEntity(ListPartition(pipeline.ProjectId), InvertedId.Of(pipeline.Id)) { [LineVersion] = pipeline.Version };
        TableEntityJson.Set(line, AppPartition.Document, pipeline);
        foreach (var (name, value) in Columns(pipeline)) line[name] = value;

        // Whoever is late with an older state must not write it over a newer one: the newer one's debt is paid, so nobody would mend it.
        // What this process doesn't know it takes for new, because most often it is.
        var table = await tables.GetAsync(TableNames.Listings, cancellation);
        var shown = _lines.TryGetValue(pipeline.Id, out var known) ? known : Line.None;
        while (shown.Version < pipeline.Version)
        {
            line.ETag = shown.ETag;
            if (shown == Line.None ? await table.TryInsertAsync(line, cancellation) : await table.TryUpdateAsync(line, cancellation))
            {
                Remember(pipeline.Id, new Line(pipeline.Version, line.ETag));
                return;
            }

            var found = await table.FindAsync(line.PartitionKey, line.RowKey, cancellation);
            shown = found is null ? Line.None : new Line(found.GetInt32(LineVersion)!.Value, found.ETag);
        }
    }

    /// <summary>The same, whatever this process believes that the line shows.</summary>
    public Task ListAnewAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        _lines.TryRemove(pipeline.Id, out _);
        return ListAsync(pipeline, cancellation);
    }

    /// <summary>The row of a new pipeline and the events that tell of it, for a transaction.</summary>
    public static IReadOnlyList<TableTransactionAction> Insert(Pipeline pipeline) =>
        [AppPartition.Insert(pipeline.AppId, AppRows.Pipeline(pipeline.Id), pipeline, Columns(pipeline)), .. StatusEvents.Of(null, pipeline)];

    /// <summary>The row of a changed pipeline and the events that tell of it, for a transaction.</summary>
    public static IReadOnlyList<TableTransactionAction> Update(Pipeline pipeline, Stored<Pipeline> before) =>
    [
        AppPartition.Update(pipeline.AppId, AppRows.Pipeline(pipeline.Id), before.ETag, pipeline, Columns(pipeline)),
        .. StatusEvents.Of(before.Value, pipeline),
    ];

    /// <summary>The record of the attempt that was under way when a run was cut off; none when there was none.</summary>
    public static IEnumerable<TableTransactionAction> CutOff(Pipeline before, Pipeline after, DateTimeOffset now)
    {
        if (before.NextStage is { Status: StageStatus.RUNNING } stage) yield return Record(AttemptRecord.Of(after, after[stage.Stage], now), before.AppId);
    }

    /// <summary>The record of an attempt, for the transaction that ends it. Only one writer gets there, so it is not looked at before.</summary>
    public static TableTransactionAction Record(AttemptRecord attempt, long appId) =>
        AppPartition.Put(appId, AppRows.Attempt(attempt.PipelineId, attempt.Run, (int)attempt.Stage, attempt.Attempt), attempt);

    private static (string Name, object? Value)[] Columns(Pipeline pipeline) =>
    [
        (RowKind, PipelineKind), ("ProjectId", pipeline.ProjectId), ("IterationId", pipeline.IterationId), ("ParentId", pipeline.ParentId),
        ("Status", pipeline.Status.ToString()), ("Type", pipeline.Type.ToString()),
    ];

    private static InvalidOperationException Gone(long appId, long id) => new($"Pipeline {id} of app {appId} is gone.");

    private static string InApp(long appId) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {AppRows.PipelinePrefix} and RowKey lt {AppRows.PipelinePrefix + "~"} and Kind eq {PipelineKind}");

    private static string ListPartition(long projectId) => string.Create(CultureInfo.InvariantCulture, $"project-{projectId}-pipelines");

    private void Remember(long id, Line line)
    {
        if (_lines.Count > RememberedLines) _lines.Clear();
        _lines[id] = line;
    }

    // What a line shows: which version of the pipeline, and its own.
    private sealed record Line(int Version, Azure.ETag ETag)
    {
        public static readonly Line None = new(0, default);
    }
}
