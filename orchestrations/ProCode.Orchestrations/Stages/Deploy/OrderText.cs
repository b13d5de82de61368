using System.Globalization;
using ProCode.Deployments;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>An order as a log tells it: variables by their names only.</summary>
internal static class OrderText
{
    public static string Of(Deployment deployment)
    {
        var config = deployment.Config;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             image {deployment.Image}, digest {deployment.Digest}
               environment {deployment.Environment}, fence {deployment.Fence}, cpu {config.Cpu}, memory {config.Memory}, replicas {config.Replicas}, port {config.Port}, health {config.HealthPath}
               variables: {Names(config.Env.Keys)}; secret variables: {Names(deployment.SecretEnv.Keys)}
             """);
    }

    private static string Names(IEnumerable<string> names) => names.Order(StringComparer.Ordinal).ToList() is { Count: > 0 } sorted ? string.Join(", ", sorted) : "none";
}
