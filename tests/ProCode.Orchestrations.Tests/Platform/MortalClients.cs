using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>What a process that can die reaches its tables by.</summary>
internal sealed class MortalTables(HttpPipelineTransport tables, Life life) : HttpPipelineTransport
{
    public override Request CreateRequest() => tables.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("The product is asynchronous throughout.");

    public override async ValueTask ProcessAsync(HttpMessage message) => await life.RequestAsync(async () =>
    {
        await tables.ProcessAsync(message);
        return true;
    });
}

/// <summary>What a process that can die reaches its blobs by.</summary>
internal sealed class MortalBlobs(HttpMessageHandler blobs, Life life) : DelegatingHandler(blobs)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        life.RequestAsync(() => base.SendAsync(request, cancellationToken));
}

/// <summary>What a process that can die sends events by.</summary>
internal sealed class MortalSender(HttpMessageHandler receiver, Life life) : DelegatingHandler(receiver)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        life.CallAsync("Send", () => base.SendAsync(request, cancellationToken), cancellationToken);
}

/// <summary>Somebody else's server, as a process that can die reaches it.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "Its proxies are made as subtypes at run time.")]
internal class MortalClient : DispatchProxy
{
    private static readonly MethodInfo Call = typeof(MortalClient).GetMethod(nameof(CallAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private object _server = null!;
    private Life _life = null!;

    /// <summary>The server itself for a process that lives for ever.</summary>
    public static T Of<T>(T server, Life? life)
        where T : class
    {
        if (life is null) return server;
        var client = Create<T, MortalClient>();
        var own = (MortalClient)(object)client;
        (own._server, own._life) = (server, life);
        return client;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType.IsGenericType
        ? Call.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(this, [targetMethod, args])
        : targetMethod.Invoke(_server, args);

    private Task<T> CallAsync<T>(MethodInfo method, object?[] arguments) =>
        _life.CallAsync(method.Name, () => (Task<T>)method.Invoke(_server, arguments)!, arguments.OfType<CancellationToken>().SingleOrDefault());
}
