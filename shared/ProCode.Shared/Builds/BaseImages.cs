using ProCode.Apps;

namespace ProCode.Builds;

/// <summary>Which runtimes there are, and the base image of each.</summary>
public static class BaseImages
{
    /// <summary>The runtime of a project that names none.</summary>
    public static string DefaultRuntime(TechStack stack) => stack switch
    {
        TechStack.Python => "python3.11",
        TechStack.NodeJs => "nodejs20",
        TechStack.Java => "java17",
    };

    /// <summary>The base image's name and tag, as Docker Hub has it: <c>python:3.11</c>, <c>node:20</c>, <c>eclipse-temurin:17</c>.
    /// The runtime must be one that <see cref="IsRuntime"/> accepts.</summary>
    public static string For(TechStack stack, string runtime)
    {
        if (!IsRuntime(stack, runtime)) throw new ArgumentException($"'{runtime}' is not a runtime of {stack}.", nameof(runtime));
        var version = runtime[Prefix(stack).Length..];
        return stack switch
        {
            TechStack.Python => $"python:{version}",
            TechStack.NodeJs => $"node:{version}",
            TechStack.Java => $"eclipse-temurin:{version}",
        };
    }

    /// <summary>True for <c>python3.N</c>, <c>nodejsN</c> or <c>javaN</c>, as the stack asks.</summary>
    public static bool IsRuntime(TechStack stack, string runtime)
    {
        var prefix = stack is TechStack.Python ? "python3." : Prefix(stack);
        return runtime.StartsWith(prefix, StringComparison.Ordinal)
            && runtime.Length - prefix.Length is 1 or 2
            && runtime[prefix.Length] is not '0'
            && runtime.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static string Prefix(TechStack stack) => stack switch
    {
        TechStack.Python => "python",
        TechStack.NodeJs => "nodejs",
        TechStack.Java => "java",
    };
}
