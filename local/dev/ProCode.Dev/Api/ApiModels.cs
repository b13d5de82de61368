using System.Text.Json;

namespace ProCode.Dev.Api;

/// <summary>What the API says about a stored credential; never its secret.</summary>
public sealed record CredentialInfo(string Id, string Name, string Kind);

/// <summary>An app as the API shows it.</summary>
public sealed record AppInfo(long Id, string Name, string DevMode, string? TechStack);

/// <summary>An iteration as the API shows it.</summary>
public sealed record IterationInfo(long Id, long AppId, string Name, string Status, string SourceBranch);

/// <summary>The answer to a release: which pipeline to follow.</summary>
public sealed record ReleaseInfo(long IterationId, string Tag, long PipelineId, string Status);

/// <summary>A pipeline as the API shows it.</summary>
public sealed record PipelineInfo(
    long Id,
    string Type,
    long? ParentId,
    long RefId,
    string Status,
    string? CurrentStage,
    string? DeployStatus,
    string? DeployId,
    IReadOnlyList<CheckpointInfo> Checkpoints,
    IReadOnlyList<StageInfo> Stages,
    JsonElement WaitingFor,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>True when nothing more will happen by itself.</summary>
    public bool IsSettled => Status is "SUCCESS" or "FAILED" or "CANCELED";

    /// <summary>One field of a stage's checkpoint output, or null.</summary>
    public string? Output(string stage, string field) =>
        Checkpoints.FirstOrDefault(checkpoint => checkpoint.Stage == stage) is { Output.ValueKind: JsonValueKind.Object } checkpoint
        && checkpoint.Output.TryGetProperty(field, out var value)
            ? value.ToString()
            : null;
}

/// <summary>What a finished stage left for the next ones.</summary>
public sealed record CheckpointInfo(string Stage, string Status, JsonElement Output);

/// <summary>How a stage stands.</summary>
public sealed record StageInfo(string Stage, string Status, int Attempts, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, JsonElement Error);
