using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Azure.Containers.ContainerRegistry;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ProCode.Contract.Tests.Registry;

/// <summary>
/// What Azure adds to the distribution protocol, before a real registry: https, tokens for what lies below <c>guarded/</c>, blobs that are fetched from a storage
/// elsewhere, and its own protocol below <c>/acr/v1</c>. Everything below <c>/v2</c> is the registry's own answer. A test can make requests of a repository fail.
/// </summary>
internal sealed partial class AzureFront : IAsyncDisposable
{
    private static readonly string[] HopByHop = ["Transfer-Encoding", "Connection", "Date", "Keep-Alive"];

    private readonly WebApplication web;
    private readonly X509Certificate2 certificate;
    private readonly HttpClient behind;
    private readonly HttpClientTransport transport;
    private readonly AzureTokens tokens = new();
    private readonly AzureRecords records = new();
    private readonly ConcurrentQueue<FrontRequest> requests = new();
    private readonly ConcurrentDictionary<string, FrontFault[]> faults = new();

    private AzureFront(WebApplication web, X509Certificate2 certificate, DockerRegistry registry)
    {
        (this.web, this.certificate, Registry) = (web, certificate, registry);
        behind = new HttpClient { BaseAddress = registry.Address };

        // One for all tests, so that they share connections.
        transport = new HttpClientTransport(new HttpClientHandler
        {
            AllowAutoRedirect = false,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown!.Thumbprint == certificate.Thumbprint,
        });
    }

    public DockerRegistry Registry { get; }

    public Uri Endpoint => new(web.Urls.First());

    /// <summary>Another host, to a client: the storage of blobs, and where the registry sends it on with what it uploads below <c>guarded/astray/</c>.</summary>
    public Uri Elsewhere => new(web.Urls.Last());

    public static async Task<AzureFront> StartAsync(DockerRegistry registry)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry of the contract tests", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            for (var host = 0; host < 2; host++)
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var web = builder.Build();
        var front = new AzureFront(web, certificate, registry);
        web.Run(front.AnswerAsync);
        try
        {
            await web.StartAsync();
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    /// <summary>Options of a client that trusts this front, follows nothing by itself, and doesn't wait long before it tries again.</summary>
    public ContainerRegistryClientOptions Options(int maxRetries = 3) => new()
    {
        Transport = transport,
        Retry = { MaxRetries = maxRetries, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) },
    };

    /// <summary>What was asked about a repository so far, in order.</summary>
    public IReadOnlyList<FrontRequest> RequestsOf(string repository) => [.. requests.Where(request => request.Repository == repository)];

    /// <summary>The next requests of a repository that the faults are for go wrong.</summary>
    public void Fail(string repository, params FrontFault[] set) => faults[repository] = set;

    public async ValueTask DisposeAsync()
    {
        transport.Dispose();
        await web.DisposeAsync();
        behind.Dispose();
        certificate.Dispose();
    }

    /// <summary>Answers as registries do when something is wrong.</summary>
    public static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message = $"Something about {code}." } } });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // As it was sent: a repository's slashes may be escaped, and are part of its name then, too.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        if (path.StartsWith("/oauth2/", StringComparison.Ordinal))
        {
            await tokens.AnswerAsync(context);
            return;
        }

        var repository = RepositoryIn(path);
        requests.Enqueue(FrontRequest.Of(context, repository, target));
        if (repository.StartsWith("basic/", StringComparison.Ordinal))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"registry\"";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED");
        }
        else if (path.StartsWith("/storage/", StringComparison.Ordinal))
        {
            await AnswerFromStorageAsync(context, repository, path);
        }
        else if (await tokens.LetsInAsync(context, repository, Endpoint.Authority))
        {
            if (path.StartsWith("/acr/v1/", StringComparison.Ordinal))
                await new AzureProperties(context, target, Registry, behind, records).AnswerAsync(path["/acr/v1/".Length..]);
            else
                await AnswerFromRegistryAsync(context, repository, target, Uri.UnescapeDataString(path));
        }
    }

    private async Task AnswerFromRegistryAsync(HttpContext context, string repository, string target, string path)
    {
        var reference = path[(path.LastIndexOf('/') + 1)..];
        if (HttpMethods.IsDelete(context.Request.Method) && path.Contains("/manifests/", StringComparison.Ordinal) && records.IsLocked(repository, reference))
        {
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED");
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method) && BlobPath().IsMatch(path))
        {
            using var there = await behind.SendAsync(new HttpRequestMessage(HttpMethod.Head, target));
            if (there.IsSuccessStatusCode)
            {
                context.Response.Redirect(new Uri(Elsewhere, $"/storage/{Uri.EscapeDataString(repository)}/{reference}?sig=secret").AbsoluteUri);
                context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                return;
            }
        }

        await PassAsync(context, repository, target);
        if (HttpMethods.IsPut(context.Request.Method) && context.Response.StatusCode == StatusCodes.Status201Created && path.Contains("/manifests/", StringComparison.Ordinal))
            records.Set(repository, context.Response.Headers["Docker-Content-Digest"].ToString(), reference);
    }

    // As the blob storage does, which takes its own signature or a token and not both.
    private async Task AnswerFromStorageAsync(HttpContext context, string repository, string path)
    {
        if (context.Request.Headers.Authorization.Count > 0)
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "AUTHENTICATED_TWICE");
        else
            await PassAsync(context, repository, $"/v2/{repository}/blobs/{path[(path.LastIndexOf('/') + 1)..]}");
    }

    private async Task PassAsync(HttpContext context, string repository, string target)
    {
        var fault = faults.GetValueOrDefault(repository, []).Where(set => set.Applies(context.Request)).ToList().FirstOrDefault();
        if (fault is { Kind: FaultKind.Busy })
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "TOOMANYREQUESTS");
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            request.Content = new StreamContent(context.Request.Body) { Headers = { ContentLength = context.Request.ContentLength ?? 0 } };
        foreach (var name in new[] { "Accept", "Range", "Content-Type", "Content-Range" })
        {
            if (context.Request.Headers.TryGetValue(name, out var values) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (fault is { Kind: FaultKind.ShortPart })
        {
            var from = request.Headers.Range!.Ranges.Single().From!.Value;
            request.Headers.Range = new RangeHeaderValue(from, from + fault.Bytes - 1);
        }

        using var answer = await behind.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (fault is { Kind: FaultKind.AnswerLost })
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
            context.Response.Headers[name] = values.ToArray();
        if (HostOfLocations(repository) is { } host && context.Response.Headers.Location is [{ } location])
            context.Response.Headers.Location = new Uri(host, location).AbsoluteUri;
        await using var body = await answer.Content.ReadAsStreamAsync();
        await CopyAsync(body, context.Response, fault);
    }

    private static async Task CopyAsync(Stream body, HttpResponse response, FrontFault? fault)
    {
        if (fault is { Kind: FaultKind.CutOff or FaultKind.Stalled })
        {
            var part = new byte[fault.Bytes];
            await body.ReadExactlyAsync(part);
            await response.Body.WriteAsync(part);

            // What ends before its length is closed by the server. Aborting it could lose what was sent.
            if (fault is { Kind: FaultKind.Stalled })
                await GoneAsync(response);
            return;
        }

        var spaces = fault is { Kind: FaultKind.TooLong } ? fault.Bytes : 0;
        if (spaces > 0)
            response.ContentLength += spaces;
        await body.CopyToAsync(response.Body);
        if (spaces > 0)
            await response.WriteAsync(new string(' ', spaces));
    }

    // Null is the one that was asked, by its path alone.
    private Uri? HostOfLocations(string repository) =>
        repository.StartsWith("absolute/", StringComparison.Ordinal) ? Endpoint : repository.StartsWith("guarded/astray/", StringComparison.Ordinal) ? Elsewhere : null;

    // Until the client has closed the connection.
    private static async Task GoneAsync(HttpResponse response)
    {
        await response.Body.FlushAsync();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = response.HttpContext.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static string RepositoryIn(string path) =>
        RepositoryPath().Match(path) is { Success: true } match ? Uri.UnescapeDataString(match.Groups[1].Value) : "";

    [GeneratedRegex("^/(?:v2/|acr/v1/(?!_)|storage/)(.+?)(?:/(?:blobs|manifests|tags|_tags|_manifests|sha256:[0-9a-f]+)(?:/.*)?)?$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex("/blobs/sha256:[0-9a-f]+$")]
    private static partial Regex BlobPath();
}
