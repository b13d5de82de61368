using System.Globalization;
using ProCode.Deployments;

namespace ProCode.Pipelines.Logs;

/// <summary>Names the log of one attempt of a stage.</summary>
public sealed record StageLogId(long PipelineId, int Run, StageKind Stage, int Attempt)
{
    /// <summary>The log of the attempt that a deployment belongs to.</summary>
    public static StageLogId Of(DeployId id) => new(id.PipelineId, id.Run, StageKind.DEPLOY, id.Attempt);

    /// <summary>The name of the blob.</summary>
    public string BlobName => string.Create(CultureInfo.InvariantCulture, $"{Prefix(PipelineId, Run, Stage)}{Attempt}{Suffix}");

    /// <summary>What the names of a stage's logs in one run begin with; the attempt follows.</summary>
    internal static string Prefix(long pipelineId, int run, StageKind stage) =>
        string.Create(CultureInfo.InvariantCulture, $"pipelines/{pipelineId}/run-{run}/{stage}-");

    /// <summary>The attempt that a blob behind a prefix is of, or null.</summary>
    internal static int? AttemptOf(string blobName, string prefix) =>
        blobName.EndsWith(Suffix, StringComparison.Ordinal)
        && int.TryParse(blobName.AsSpan(prefix.Length, blobName.Length - prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? attempt : null;

    private const string Suffix = ".log";
}
