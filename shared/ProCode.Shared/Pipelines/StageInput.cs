using System.Text.Json;
using ProCode.Builds;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>
/// What a restart can make a stage do differently, each with fields of its own; what is left out stays as it would be. PACKAGE takes
/// nothing: it packages what BUILD has made.
/// </summary>
public static class StageInput
{
    /// <summary>CODE_CHECK's: the branch that the tag is put on, as long as its commit has not been made out.</summary>
    public sealed record CodeCheck(string? Branch = null);

    /// <summary>BUILD's: how the project is run, instead of what its manifest says.</summary>
    public sealed record Build(string? Runtime = null, IReadOnlyList<string>? Entrypoint = null, int? Port = null, string? Health = null);

    /// <summary>DEPLOY's: variables on top of the environment's, and other resources. Not for secrets: an input is shown to whoever may read the pipeline.</summary>
    public sealed record Deploy(IReadOnlyDictionary<string, string>? Env = null, string? Cpu = null, string? Memory = null, int? Replicas = null);

    /// <summary>The type of a stage's input; null when it takes none.</summary>
    public static Type? TypeOf(StageKind stage) => stage switch
    {
        StageKind.CODE_CHECK => typeof(CodeCheck),
        StageKind.BUILD => typeof(Build),
        StageKind.PACKAGE => null,
        StageKind.DEPLOY => typeof(Deploy),
    };

    /// <summary>What a stage was given; nothing is an input without fields.</summary>
    public static T Of<T>(StageRun stage)
        where T : class => stage.Input is { } input ? input.Deserialize<T>(ProCodeJson.Stored)! : JsonSerializer.Deserialize<T>("{}", ProCodeJson.Stored)!;

    /// <summary>Blames what is out of its limits. What only the project's files can tell (a runtime, an entrypoint) BUILD finds out.</summary>
    public static void Validate(object input, string field, string target, Check check)
    {
        switch (input)
        {
            case CodeCheck { Branch: { } branch }:
                check.That(branch.Length is > 0 and <= Iteration.MaxBranchLength && BranchName.IsValid(branch), $"{field}.branch", "is not a name that git allows for a branch");
                break;
            case Build build:
                ProjectManifestReader.Validate(build, field, check);
                break;
            case Deploy deploy:
                var config = EnvironmentConfig.Default.With(deploy);
                config.Validate(target, field, check);
                break;
        }
    }
}
