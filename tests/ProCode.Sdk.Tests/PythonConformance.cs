using ProCode.Dev;
using ProCode.Sdk.Tests.Conformance;

namespace ProCode.Sdk.Tests;

/// <summary>The Python SDK against the contract.</summary>
public static class PythonConformance
{
    public sealed class Python : IAgentLanguage
    {
        public static IReadOnlyList<string> Command { get; } = ["python3", Checkout.PathOf("tests/ProCode.Sdk.Tests/Agents/python/agent.py")];

        public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
        {
            ["PYTHONPATH"] = Checkout.PathOf("sdk/python"),
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };

        public static Task PrepareAsync() => Task.CompletedTask;
    }

    public sealed class Invoke(SharedAgents<Python> agents) : InvokeSuite<Python>(agents);

    public sealed class Schema(SharedAgents<Python> agents) : SchemaSuite<Python>(agents);

    public sealed class Stream(SharedAgents<Python> agents) : StreamSuite<Python>(agents);

    public sealed class Identity(SharedAgents<Python> agents) : IdentitySuite<Python>(agents);

    public sealed class Http(SharedAgents<Python> agents) : HttpSuite<Python>(agents);

    public sealed class Limit : LimitSuite<Python>;

    public sealed class Lifecycle : LifecycleSuite<Python>;
}
