using ProCode.Dev;
using ProCode.Sdk.Tests.Conformance;

namespace ProCode.Sdk.Tests;

/// <summary>The Node.js SDK against the contract.</summary>
public static class NodeJsConformance
{
    public sealed class NodeJs : IAgentLanguage
    {
        public static IReadOnlyList<string> Command { get; } = ["node", Checkout.PathOf("tests/ProCode.Sdk.Tests/Agents/nodejs/agent.js")];

        public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>();

        public static Task PrepareAsync() => Task.CompletedTask;
    }

    public sealed class Invoke(SharedAgents<NodeJs> agents) : InvokeSuite<NodeJs>(agents);

    public sealed class Schema(SharedAgents<NodeJs> agents) : SchemaSuite<NodeJs>(agents);

    public sealed class Stream(SharedAgents<NodeJs> agents) : StreamSuite<NodeJs>(agents);

    public sealed class Identity(SharedAgents<NodeJs> agents) : IdentitySuite<NodeJs>(agents);

    public sealed class Http(SharedAgents<NodeJs> agents) : HttpSuite<NodeJs>(agents);

    public sealed class Limit : LimitSuite<NodeJs>;

    public sealed class Lifecycle : LifecycleSuite<NodeJs>;
}
