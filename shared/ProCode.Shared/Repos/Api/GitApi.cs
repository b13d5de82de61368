using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ProCode.Outbound;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Repos.Api;

/// <summary>
/// Sends requests to the REST APIs of git hosts. What is the same for all of them is told here: nobody there, unavailable, too many calls,
/// no access, an answer that is no answer of such an API. Every other status is the caller's to understand. Redirects are followed for
/// reading only, and the headers, which hold the credential, go to the host that they are meant for only.
/// </summary>
internal sealed class GitApi(HttpClient http, OutboundUrls urls, GitCalls calls, TimeProvider time)
{
    private const int MaxRedirects = 3;
    private const int MaxBodyBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(60);

    /// <summary>Sends a request and lets <paramref name="read"/> understand the answer.</summary>
    public Task<Result<T>> SendAsync<T>(
        GitRemote remote, GitApiRequest request, Func<GitApiAnswer, Result<T>> read, CancellationToken cancellation) =>
        calls.RunAsync(
            request.Url,
            request.IsRepeatable,
            async token =>
            {
                if (!(await OpenAsync(remote, request, token)).TryGet(out var response, out var error)) return error;
                using (response) return await ReadAsync(remote, request, response, read, token);
            },
            cancellation);

    /// <summary>Downloads into a temporary file of at most so many bytes, at its start; it is gone once closed. An answer other than
    /// success is for <paramref name="refuse"/> to understand.</summary>
    public Task<Result<FileStream>> DownloadAsync(
        GitRemote remote, GitApiRequest request, long maxBytes, Func<GitApiAnswer, Error> refuse, CancellationToken cancellation) =>
        calls.RunAsync(
            request.Url,
            request.IsRepeatable,
            async token =>
            {
                if (!(await OpenAsync(remote, request, token)).TryGet(out var response, out var error)) return error;
                using (response)
                {
                    return response.IsSuccessStatusCode
                        ? await SaveAsync(remote, response, maxBytes, token)
                        : await ReadAsync<FileStream>(remote, request, response, answer => refuse(answer), token);
                }
            },
            cancellation);

    /// <summary>An operation of several requests: together they end within the time of one call.</summary>
    public Task<Result<T>> TogetherAsync<T>(Func<CancellationToken, Task<Result<T>>> operation, CancellationToken cancellation) =>
        calls.TogetherAsync(operation, cancellation);

    /// <summary>The host understood a request and won't do it; in its own words.</summary>
    public static Error Refusal(GitRemote remote, GitApiAnswer answer) =>
        GitErrors.RequestRefused.With($"The git host won't do this for {Where(remote)}: HTTP {(int)answer.Status}{Because(remote, answer)}.");

    private async Task<Result<HttpResponseMessage>> OpenAsync(GitRemote remote, GitApiRequest request, CancellationToken cancellation)
    {
        var url = request.Url;
        for (var redirects = 0; ; redirects++)
        {
            if (!(await urls.CheckAsync(url.AbsoluteUri, cancellation)).TryGet(out _, out var refused))
                return refused.Code == OutboundErrors.HostUnresolved ? GitErrors.Unreachable(refused.Message) : refused;
            if (!(await TrySendAsync(remote, request, url, cancellation)).TryGet(out var response, out var error)) return error;
            if ((int)response.StatusCode is < 300 or >= 400) return response;

            var target = response.Headers.Location is { } location ? new Uri(url, location) : null;
            response.Dispose();
            if (target is null || redirects == MaxRedirects || request.Method != HttpMethod.Get || (url.Scheme == "https" && target.Scheme != "https"))
                return GitErrors.RepositoryUnreachable.With($"{Where(remote)} has moved; use its new address.", "gitRepoUrl", "the git host answers with a redirect");
            url = target;
        }
    }

    private async Task<Result<HttpResponseMessage>> TrySendAsync(GitRemote remote, GitApiRequest request, Uri url, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(request.Method, url);
        message.Headers.UserAgent.ParseAdd("ProCode");
        if (request.Body is { } body)
        {
            message.Content = JsonContent.Create(body, body.GetType(), options: GitApiAnswer.Json);
            await message.Content.LoadIntoBufferAsync(cancellation); // with its length: not every proxy takes chunks
        }

        if (SameServer(url, request.Url))
        {
            foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failure)
        {
            return Explain(remote, failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return GitErrors.Unreachable($"Nobody answers at {Where(remote)}."); // the handler's own limit, which is for connecting
        }
    }

    private async Task<Result<T>> ReadAsync<T>(
        GitRemote remote, GitApiRequest request, HttpResponseMessage response, Func<GitApiAnswer, Result<T>> read, CancellationToken cancellation)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var buffer = new MemoryStream();
            var chunk = new byte[16 * 1024];
            int count;
            while ((count = await body.ReadAsync(chunk, cancellation)) > 0)
            {
                if (buffer.Length + count > MaxBodyBytes) return NoApi(remote, $"its answer is longer than {MaxBodyBytes >> 20} MiB");
                buffer.Write(chunk, 0, count);
            }

            var headers = response.Headers.Concat(response.Content.Headers)
                .SelectMany(header => header.Value.Select(value => (header.Key, value)))
                .ToLookup(header => header.Key.ToLowerInvariant(), header => header.value, StringComparer.Ordinal);
            var answer = new GitApiAnswer(response.StatusCode, headers, buffer.ToArray()) { Secret = request.Secret };
            return Failure(remote, answer) is { } error ? error : read(answer);
        }
        catch (JsonException)
        {
            return NoApi(remote, $"it does not answer {request.Method} {request.Url.AbsolutePath} as documented");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return GitErrors.Unavailable($"The git host broke off its answer for {Where(remote)}.");
        }
    }

    private async Task<Result<FileStream>> SaveAsync(GitRemote remote, HttpResponseMessage response, long maxBytes, CancellationToken cancellation)
    {
        var file = ScratchFile.Create();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var chunk = new byte[81920];
            int count;
            while ((count = await body.ReadAsync(chunk, cancellation)) > 0)
            {
                if (file.Position + count > maxBytes)
                {
                    await file.DisposeAsync();
                    return GitErrors.SourceTooLarge.With($"The commit's archive is larger than {maxBytes / (1024 * 1024)} MB.");
                }

                await file.WriteAsync(chunk.AsMemory(0, count), cancellation);
            }

            await file.FlushAsync(cancellation);
            file.Position = 0;
            return file;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            await file.DisposeAsync();
            return GitErrors.Unavailable($"The git host broke off its answer for {Where(remote)}.");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private Error? Failure(GitRemote remote, GitApiAnswer answer)
    {
        var status = (int)answer.Status;
        if (status == 429 || (status == 403 && IsRateLimit(answer)))
        {
            var limited = GitErrors.RateLimited.With($"The git host {new Uri(remote.Url).Authority} takes no more calls from this credential for now.");
            return limited with { RetryAfter = Pause(answer) ?? DefaultPause };
        }

        return status switch
        {
            401 => GitErrors.AccessDenied.With($"The git host does not accept the credential for {Where(remote)}{Because(remote, answer)}."),
            403 => GitErrors.AccessDenied.With($"The git host refuses access to {Where(remote)}{Because(remote, answer)}."),
            408 or >= 500 => Unavailable(remote, answer),
            _ => null,
        };
    }

    private Error Unavailable(GitRemote remote, GitApiAnswer answer)
    {
        var error = GitErrors.Unavailable($"The git host is not available: HTTP {(int)answer.Status} for {Where(remote)}.");
        return Pause(answer) is { } pause ? error with { RetryAfter = pause } : error;
    }

    // GitHub says 403 for its limits too, and then one of these, or nothing but words (REST API, "Rate limits", "Exceeding the rate limit").
    private static bool IsRateLimit(GitApiAnswer answer) =>
        answer.Header("x-ratelimit-remaining") == "0" || answer.Header("retry-after") is not null
        || answer.Reason().Contains("rate limit", StringComparison.OrdinalIgnoreCase);

    /// <summary>How long to wait by <c>Retry-After</c> (seconds or a date), else by the moment, in seconds since 1970, at which the limit is
    /// counted anew: <c>X-RateLimit-Reset</c> (GitHub, Gitee) or <c>RateLimit-Reset</c> (GitLab).</summary>
    private TimeSpan? Pause(GitApiAnswer answer)
    {
        if (answer.Header("retry-after") is { } after)
        {
            if (int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
            if (DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)) return NotNegative(until - time.GetUtcNow());
        }

        var remaining = answer.Header("x-ratelimit-remaining") ?? answer.Header("ratelimit-remaining");
        var reset = answer.Header("x-ratelimit-reset") ?? answer.Header("ratelimit-reset");
        return remaining == "0" && long.TryParse(reset, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 253402300800
            ? NotNegative(DateTimeOffset.FromUnixTimeSeconds(at) - time.GetUtcNow())
            : null;
    }

    private static TimeSpan NotNegative(TimeSpan pause) => pause > TimeSpan.Zero ? pause : TimeSpan.Zero;

    private static Error Explain(GitRemote remote, HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => GitErrors.RepositoryUnreachable.With($"The git host of {Where(remote)} can't be trusted: its certificate is not valid."),
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => GitErrors.Unreachable($"Nobody answers at {Where(remote)}."),
        _ => GitErrors.Unavailable($"The git host can't be reached for {Where(remote)}."),
    };

    private static Error NoApi(GitRemote remote, string why) =>
        GitErrors.RepositoryUnreachable.With($"{Where(remote)} is not on a host of type {Json.EnumNames.NameOf(remote.Type)}: {why}.");

    private static string Because(GitRemote remote, GitApiAnswer answer) =>
        new GitFailureContext(new Uri(remote.Url), remote.Credential).Clean(answer.Reason()) is { Length: > 0 } reason ? $" ({reason})" : "";

    private static string Where(GitRemote remote) => new GitFailureContext(new Uri(remote.Url), remote.Credential).Where;

    private static bool SameServer(Uri one, Uri other) => (one.Scheme, one.Authority) == (other.Scheme, other.Authority);
}
