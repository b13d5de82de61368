using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>A variable of an agent: a value, or the id of a credential of kind token, whose secret becomes the value when it is deployed.</summary>
public sealed record EnvironmentVariable(string? Value, long? CredentialId);

/// <summary>What an app is deployed to one of its environments with. <paramref name="Cpu"/> and <paramref name="Memory"/> are per replica;
/// <paramref name="Target"/> is the deployment target's name, null for whichever the platform has.</summary>
public sealed partial record EnvironmentConfig(
    IReadOnlyDictionary<string, EnvironmentVariable> Env, string Cpu, string Memory, int Replicas, string? Target)
{
    public const int MaxVariables = 100;
    public const int MaxNameLength = 128;
    public const int MaxReplicas = 50;

    /// <summary>Bytes in UTF-8.</summary>
    public const int MaxValueLength = 8 * 1024;

    /// <summary>Bytes in UTF-8, of all names and values: what every target can give a process.</summary>
    public const int MaxTotalLength = 64 * 1024;

    /// <summary>An environment that nobody has configured.</summary>
    public static EnvironmentConfig Default { get; } = new(new Dictionary<string, EnvironmentVariable>(), Cpu: "1", Memory: "1Gi", Replicas: 1, Target: null);

    /// <summary>The credentials that variables refer to, each once.</summary>
    [JsonIgnore]
    public IEnumerable<long> Credentials => Env.Values.Select(variable => variable.CredentialId).OfType<long>().Distinct();

    /// <summary>Blames every field that is out of its limits. <paramref name="target"/> is the name of the target that the platform has.</summary>
    public void Validate(string target, Check check) => Validate(target, prefix: null, check);

    /// <summary>Blames every field that is out of its limits, as a field of another.</summary>
    public void Validate(string target, string? prefix, Check check)
    {
        var at = prefix is null ? "" : $"{prefix}.";
        check.That(Env.Count <= MaxVariables, $"{at}env", $"has more than {MaxVariables} variables");
        var total = 0;
        foreach (var (name, variable) in Env)
        {
            var field = $"{at}env.{name}";
            check.That(name.Length <= MaxNameLength && VariableName().IsMatch(name), field,
                $"must have a name of at most {MaxNameLength} letters, digits and _, not beginning with a digit");
            check.That(name != "PORT" && !name.StartsWith("PROCODE_", StringComparison.Ordinal), field, "has a name that the platform sets itself");
            check.That(variable.Value is null != variable.CredentialId is null, field, "must have either a value or a secret");
            var length = Encoding.UTF8.GetByteCount(variable.Value ?? "");
            check.That(length <= MaxValueLength, $"{field}.value", $"is longer than {MaxValueLength} bytes");
            check.That(variable.Value?.Contains('\0', StringComparison.Ordinal) is not true, $"{field}.value", "has a NUL character");
            total += name.Length + length;
        }

        check.That(total <= MaxTotalLength, $"{at}env", $"has more than {MaxTotalLength} bytes in all");
        check.That(ResourceQuantity.IsCpu(Cpu), $"{at}resources.cpu", ResourceQuantity.CpuRule);
        check.That(ResourceQuantity.IsMemory(Memory), $"{at}resources.memory", ResourceQuantity.MemoryRule);
        check.That(Replicas is >= 1 and <= MaxReplicas, $"{at}replicas", $"must be a whole number from 1 to {MaxReplicas}");
        check.That(Target is null || Target == target, $"{at}target", $"must be {target}, the target of this platform, or left out");
    }

    /// <summary>The configuration with what a restart of DEPLOY wants otherwise.</summary>
    public EnvironmentConfig With(StageInput.Deploy input) => this with
    {
        Env = input.Env is not { } env ? Env : new Dictionary<string, EnvironmentVariable>(
            Env.Where(variable => !env.ContainsKey(variable.Key)).Concat(env.Select(variable => KeyValuePair.Create(variable.Key, new EnvironmentVariable(variable.Value, null))))),
        Cpu = input.Cpu ?? Cpu,
        Memory = input.Memory ?? Memory,
        Replicas = input.Replicas ?? Replicas,
    };

    /// <summary>Blames the variables whose credential can't be used; <paramref name="issues"/> tells what is wrong with one.</summary>
    public Error Unresolved(IReadOnlyDictionary<long, string> issues)
    {
        var check = new Check();
        foreach (var (name, variable) in Env)
        {
            if (variable.CredentialId is { } id && issues.TryGetValue(id, out var issue))
                check.That(false, string.Create(CultureInfo.InvariantCulture, $"env.{name}.secret"), issue);
        }

        return check.Failed(out var error) ? error : throw new ArgumentException("Nothing refers to these credentials.", nameof(issues));
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
