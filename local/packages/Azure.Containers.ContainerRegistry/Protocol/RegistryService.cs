using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>One registry's endpoint and the pipeline to it: tokens, retries, request ids, errors. Safe for use by many threads.</summary>
internal sealed class RegistryService
{
    private const string DefaultAudience = "https://containerregistry.azure.net";

    private readonly HttpPipeline pipeline;
    private readonly string version;

    /// <param name="credential">Null for anonymous access.</param>
    public RegistryService(Uri endpoint, TokenCredential? credential, ContainerRegistryClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        Endpoint = endpoint;
        MaxRetries = options.Retry.MaxRetries;
        version = options.Version;
        var scope = (options.Audience?.ToString() ?? DefaultAudience) + "/.default";
        var requests = new TokenRequests(endpoint, HttpPipelineBuilder.Build(options));
        pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options)
        {
            PerRetryPolicies = { new ChallengePolicy(endpoint, credential ?? new AnonymousCredential(), scope, requests) },
            RequestFailedDetailsParser = ErrorParser.Instance,
        });
    }

    public Uri Endpoint { get; }

    public int MaxRetries { get; }

    /// <summary>A request to a path below the endpoint. Every second part stands between slashes as it is, the others are escaped, slashes too.</summary>
    public HttpMessage NewMessage(RequestMethod method, ResponseClassifier accepted, params ReadOnlySpan<string> path)
    {
        var message = NewMessage(method, accepted, Endpoint);
        for (var part = 0; part < path.Length; part++)
            message.Request.Uri.AppendPath(path[part], escape: part % 2 == 1);
        return message;
    }

    /// <summary>A request to what the registry said is next: an address, or a path and query on the same host.</summary>
    public HttpMessage NewMessageTo(string location, RequestMethod method, ResponseClassifier accepted) =>
        NewMessage(method, accepted, new Uri(Endpoint, location));

    /// <summary>A request of Azure's own protocol, which has its version in the query, at its end.</summary>
    public HttpMessage NewAzureMessage(RequestMethod method, ResponseClassifier accepted, ReadOnlySpan<string> path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var message = NewMessage(method, accepted, path);
        foreach (var (name, value) in query)
        {
            if (value is not null)
                message.Request.Uri.AppendQuery(name, value, escapeValue: true);
        }

        message.Request.Uri.AppendQuery("api-version", version, escapeValue: true);
        return message;
    }

    /// <exception cref="RequestFailedException">The answer's status is not one of those that the message accepts.</exception>
    public async Task<Response> SendAsync(HttpMessage message, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        else
            pipeline.Send(message, cancellationToken);
        return message.Response.IsError ? throw new RequestFailedException(message.Response, null, ErrorParser.Instance) : message.Response;
    }

    private HttpMessage NewMessage(RequestMethod method, ResponseClassifier accepted, Uri address)
    {
        var message = pipeline.CreateMessage();
        message.ResponseClassifier = accepted;
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.SetValue("Accept", "application/json");
        return message;
    }
}
