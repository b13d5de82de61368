using System.Globalization;
using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>A run that may be under way, and since when.</summary>
public sealed record ActiveRun(long AppId, long PipelineId, int Run, DateTimeOffset Since);

/// <summary>
/// The runs that may be under way, of all apps, so that lost ones are found without looking through everything. Written before the transaction that begins a run; taken out
/// by the sweep some time after its end, many in one request.
/// </summary>
public sealed class ActiveRuns(Tables tables, TimeProvider time)
{
    private const string Partition = "active";
    private const int Batch = 100;

    /// <summary>Says that the pipeline's run is about to begin. Saying it again is fine.</summary>
    public async Task AddAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, Key(pipeline.Id, pipeline.Run))
        {
            ["AppId"] = pipeline.AppId,
            ["PipelineId"] = pipeline.Id,
            ["Run"] = pipeline.Run,
            ["Since"] = time.GetUtcNow(),
        };
        await (await tables.GetAsync(TableNames.Runs, cancellation)).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);
    }

    /// <summary>All of them, in the order of their pipelines' ids.</summary>
    public async IAsyncEnumerable<ActiveRun> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in (await tables.GetAsync(TableNames.Runs, cancellation)).QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
            yield return new ActiveRun(row.GetInt64("AppId")!.Value, row.GetInt64("PipelineId")!.Value, row.GetInt32("Run")!.Value, row.GetDateTimeOffset("Since")!.Value);
    }

    /// <summary>Takes out those that are over.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<ActiveRun> over, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Runs, cancellation);
        foreach (var batch in over.Chunk(Batch))
        {
            var deletions = batch.Select(run => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(Partition, Key(run.PipelineId, run.Run)), Azure.ETag.All));
            try
            {
                await table.SubmitTransactionAsync(deletions, cancellation);
            }
            catch (TableTransactionFailedException e) when (e.Status == 404)
            {
                // Another sweep took some of them: the next one takes the rest.
            }
        }
    }

    private static string Key(long pipelineId, int run) => string.Create(CultureInfo.InvariantCulture, $"{pipelineId:D19}-{run:D5}");
}
