using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Json;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

/// <summary>GET /api/v1/pipelines/{id}/stages/{stage}/log: what an attempt of a stage has written so far, as text; without <c>run</c> and
/// <c>attempt</c> the current run's latest. <c>Range</c> gets what is new (docs/pipelines.md, Logs).</summary>
public sealed class GetStageLog(PipelineStore pipelines, StageLogSearch search)
{
    [Function(nameof(GetStageLog))]
    [RequirePermission(Permission.PipelinesRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/pipelines/{id:long}/stages/{stage}/log")] HttpRequest request,
        long id, string stage, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var (run, attempt) = (query.Number("run", 1, int.MaxValue), query.Number("attempt", 1, int.MaxValue));
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (!EnumNames.TryParse<StageKind>(stage, out var kind)) return Answers.Failure(NoStage(stage));

        // The row first: what it says has ended by itself writes no more, so the log that is read after it is all there is.
        if (await pipelines.FindAsync(id, cancellation) is not { } found) return Answers.Failure(PipelineErrors.NotFound(id));
        var (from, count) = StageLogAnswer.RangeOf(request) ?? (0, null);
        return (await search.ReadAsync(found.Value, kind, run, attempt, from, count, cancellation)).TryGet(out var log, out error)
            ? new StageLogAnswer(log.Reading, log.IsComplete)
            : Answers.Failure(error);
    }

    private static Error NoStage(string stage)
    {
        var names = string.Join(", ", EnumNames.All(typeof(StageKind)));
        return GeneralErrors.Invalid.With($"There is no stage '{(stage.Length > 40 ? stage[..40] : stage)}'.", "stage", $"must be one of {names}");
    }
}
