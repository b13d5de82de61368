using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Protocol;

/// <summary>One account's endpoint and the pipeline to it: authentication, retries, request ids, errors.</summary>
internal sealed class TablesService
{
    private static readonly string[] StorageScopes = ["https://storage.azure.com/.default"];

    private readonly HttpPipeline pipeline;
    private readonly string version;

    public TablesService(string connectionString, TableClientOptions? options)
        : this(ConnectionString.Parse(connectionString), options)
    {
    }

    public TablesService(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
        : this(endpoint, credential?.AccountName, new SharedKeyPolicy(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    public TablesService(Uri endpoint, TokenCredential credential, TableClientOptions? options)
        : this(endpoint, null, new BearerTokenAuthenticationPolicy(credential, StorageScopes), options)
    {
    }

    public TablesService(Uri endpoint, AzureSasCredential credential, TableClientOptions? options)
        : this(endpoint, null, new SharedAccessSignaturePolicy(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
        if (Endpoint.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException("A shared access signature is sent over https only.", nameof(endpoint));
    }

    private TablesService(ConnectionString connection, TableClientOptions? options)
        : this(connection.Endpoint, connection.AccountName, connection.Authentication, options)
    {
    }

    private TablesService(Uri endpoint, string? accountName, HttpPipelinePolicy authentication, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new TableClientOptions();
        Endpoint = new Uri(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        AccountName = accountName ?? Endpoint.Host.Split('.')[0];
        version = options.VersionHeader;
        pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options)
        {
            PerRetryPolicies = { authentication },
            RequestFailedDetailsParser = ErrorParser.Instance,
        });
    }

    public Uri Endpoint { get; }

    public string AccountName { get; }

    public HttpMessage NewMessage(RequestMethod method, string path, ResponseClassifier accepted)
    {
        var message = pipeline.CreateMessage();
        message.ResponseClassifier = accepted;
        message.Request.Method = method;
        message.Request.Uri.Reset(Endpoint);
        message.Request.Uri.AppendPath("/", escape: false);
        message.Request.Uri.AppendPath(path, escape: false);
        message.Request.Headers.SetValue("x-ms-version", version);
        message.Request.Headers.SetValue("DataServiceVersion", "3.0");
        message.Request.Headers.SetValue("Accept", EntityJson.Read);
        return message;
    }

    /// <exception cref="RequestFailedException">The answer's status is not one of those that the message accepts.</exception>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.IsError ? throw new RequestFailedException(message.Response, null, ErrorParser.Instance) : message.Response;
    }
}
