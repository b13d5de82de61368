using ProCode.Sdk.Tests.Conformance;
using ProCode.Testing;

namespace ProCode.Sdk.Tests;

/// <summary>The Java SDK against the contract.</summary>
public static class JavaConformance
{
    public sealed class Java : IAgentLanguage
    {
        private static readonly Lazy<Task> _compiled = new(() => JavaClasses.CompileAsync("conformance", "sdk/java/src", "tests/ProCode.Sdk.Tests/Agents/java"));

        public static string? Missing => Jdk.Missing;

        // The flags are those of the scaffold's procode.yaml.
        public static IReadOnlyList<string> Command { get; } =
            Jdk.Missing is null ? [Jdk.Program("java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", JavaClasses.FolderOf("conformance"), "ConformanceAgent"] : [];

        public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>();

        public static Task PrepareAsync() => _compiled.Value;
    }

    public sealed class Invoke(SharedAgents<Java> agents) : InvokeSuite<Java>(agents);

    public sealed class Schema(SharedAgents<Java> agents) : SchemaSuite<Java>(agents);

    public sealed class Stream(SharedAgents<Java> agents) : StreamSuite<Java>(agents);

    public sealed class Identity(SharedAgents<Java> agents) : IdentitySuite<Java>(agents);

    public sealed class Http(SharedAgents<Java> agents) : HttpSuite<Java>(agents);

    public sealed class Limit : LimitSuite<Java>;

    public sealed class Lifecycle : LifecycleSuite<Java>;
}
