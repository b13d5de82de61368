namespace ProCode.Sdk.Tests.Conformance;

/// <summary>One plain and one streaming agent for the tests of a class that leave them as they were.</summary>
public sealed class SharedAgents<TLanguage> : IAsyncLifetime
    where TLanguage : IAgentLanguage
{
    /// <summary>Stands in a variable whose name says that it is secret.</summary>
    public const string Secret = "s3cr3t-value-of-a-variable";

    private RunningAgent? _plain;
    private RunningAgent? _streaming;

    public RunningAgent Plain => OrSkip(_plain);

    public RunningAgent Streaming => OrSkip(_streaming);

    public async ValueTask InitializeAsync()
    {
        if (TLanguage.Missing is not null) return; // A fixture can't skip, its tests can.
        _plain = await RunningAgent.StartAsync<TLanguage>("plain", ("CONFORMANCE_API_KEY", Secret));
        _streaming = await RunningAgent.StartAsync<TLanguage>("stream", ("CONFORMANCE_API_KEY", Secret));
        await ProCode.Testing.WaitFor.Async(async () => await Plain.ReadinessAsync() == 200 && await Streaming.ReadinessAsync() == 200);
    }

    public async ValueTask DisposeAsync()
    {
        if (_plain is not null) await _plain.DisposeAsync();
        if (_streaming is not null) await _streaming.DisposeAsync();
    }

    private static RunningAgent OrSkip(RunningAgent? agent)
    {
        Assert.SkipWhen(TLanguage.Missing is not null, TLanguage.Missing ?? "");
        return agent!;
    }
}
