using System.Globalization;
using ProCode.Deployments;

namespace ProCode.Functions.Apps;

/// <summary>An environment's configuration as clients see and send it: a PUT replaces what a GET shows, and what it leaves out gets its default.
/// A secret is shown as the id of its credential, never as its value.</summary>
internal sealed record EnvironmentDocument(
    IReadOnlyDictionary<string, VariableDocument?>? Env, ResourcesDocument? Resources, int? Replicas, string? Target)
{
    public static EnvironmentDocument From(EnvironmentConfig config) => new(
        new SortedDictionary<string, VariableDocument?>(
            config.Env.ToDictionary(variable => variable.Key, variable => (VariableDocument?)VariableDocument.From(variable.Value)), StringComparer.Ordinal),
        new ResourcesDocument(config.Cpu, config.Memory), config.Replicas, config.Target);

    public EnvironmentConfig ToConfig(Results.Check check)
    {
        var defaults = EnvironmentConfig.Default;
        return new EnvironmentConfig(
            (Env ?? new Dictionary<string, VariableDocument?>()).ToDictionary(
                variable => variable.Key, variable => (variable.Value ?? new VariableDocument(null, null)).ToVariable($"env.{variable.Key}", check)),
            Resources?.Cpu ?? defaults.Cpu, Resources?.Memory ?? defaults.Memory, Replicas ?? defaults.Replicas, Target);
    }
}

/// <summary>Either a value or the id of a credential of kind token.</summary>
internal sealed record VariableDocument(string? Value, string? Secret)
{
    public static VariableDocument From(EnvironmentVariable variable) =>
        new(variable.Value, variable.CredentialId?.ToString(CultureInfo.InvariantCulture));

    public EnvironmentVariable ToVariable(string field, Results.Check check)
    {
        if (Secret is null) return new EnvironmentVariable(Value, null);
        var valid = long.TryParse(Secret, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0;
        check.That(valid, $"{field}.secret", "must be the id of a credential");
        return new EnvironmentVariable(Value, id);
    }
}

/// <summary>Processor and memory of each replica, such as <c>500m</c> and <c>512Mi</c>.</summary>
internal sealed record ResourcesDocument(string? Cpu, string? Memory);

/// <summary>An environment in the list.</summary>
internal sealed record EnvironmentResponse(
    string Name, IReadOnlyDictionary<string, VariableDocument?> Env, ResourcesDocument Resources, int Replicas, string? Target)
{
    public static EnvironmentResponse From(string name, EnvironmentConfig config)
    {
        var document = EnvironmentDocument.From(config);
        return new EnvironmentResponse(name, document.Env!, document.Resources!, config.Replicas, config.Target);
    }
}
