using ProCode.Deployments;
using ProCode.Results;

namespace ProCode.Pipelines.Logs;

/// <summary>A log that was found. A complete one gets no longer: its attempt has ended.</summary>
public sealed record FoundStageLog(StageLogReading Reading, bool IsComplete);

/// <summary>Finds the log that somebody means, by what the pipeline's row says of its stages.</summary>
public sealed class StageLogSearch(StageLogs logs)
{
    /// <summary>
    /// The log of an attempt of a stage, else <see cref="PipelineErrors.StageLogNotFound"/>. Without a run it is the current one, or, for a stage that this has
    /// taken over, the run that carried it out; without an attempt the run's latest. The row must have been read just now.
    /// </summary>
    public async Task<Result<FoundStageLog>> ReadAsync(
        Pipeline pipeline, StageKind stage, int? run, int? attempt, long from, long? count, CancellationToken cancellation)
    {
        if (pipeline.Type != PipelineType.PHASE) return NotFound($"Pipeline {pipeline.Id} has no stages of its own; those of its phases' pipelines have logs.");
        if (run > pipeline.Run) return NotFound($"The latest run of pipeline {pipeline.Id} is run {pipeline.Run}.");
        var current = pipeline[stage];
        if ((run ?? pipeline.Run) == pipeline.Run)
        {
            if (current.Attempt == 0) return NotFound($"{stage} has not begun in run {pipeline.Run}.");
            if (attempt > current.Attempt) return NotFound($"The latest attempt of {stage} in run {pipeline.Run} is attempt {current.Attempt}.");
            var id = new StageLogId(pipeline.Id, pipeline.Run, stage, attempt ?? current.Attempt);
            var runs = current.Status == StageStatus.RUNNING && id.Attempt == current.Attempt;
            if (await logs.ReadAsync(id, from, count, cancellation) is { } reading) return new FoundStageLog(reading, !runs);
            if (runs) return new FoundStageLog(StageLogReading.Nothing(from), IsComplete: false);
        }

        for (var earlier = run ?? pipeline.Run - 1; earlier >= (run ?? 1) && earlier < pipeline.Run; earlier--)
        {
            if ((attempt ?? await logs.LastAttemptAsync(pipeline.Id, earlier, stage, cancellation)) is not { } last) continue;
            if (await logs.ReadAsync(new StageLogId(pipeline.Id, earlier, stage, last), from, count, cancellation) is { } reading)
                return new FoundStageLog(reading, IsComplete: true);
        }

        return NotFound(pipeline.Trigger == PipelineTrigger.ROLLBACK && stage < StageKind.DEPLOY && DeployId.Parse(pipeline.RollbackTo) is { } origin
            ? $"This roll-back has taken {stage} over from pipeline {origin.PipelineId}; its log is there."
            : $"There is no log of such an attempt of {stage}.");
    }

    private static Error NotFound(string message) => PipelineErrors.StageLogNotFound.With(message);
}
