using System.Net.Http.Headers;
using System.Text;
using ProCode.Webhooks;

namespace ProCode.Subscriptions;

/// <summary>Sends an event to a URL, once. Whatever goes wrong there is an attempt that failed; redirects are not followed.</summary>
public sealed class EventSender(HttpClient http, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const int KeptCharacters = 500;
    private const int MaxErrorLength = 300;

    /// <summary>How long an attempt may take. Of real time: a receiver knows no other.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The attempt. Each of the secrets signs.</summary>
    public async Task<EventAttempt> SendAsync(string url, string id, string payload, IReadOnlyList<string> secrets, CancellationToken cancellation)
    {
        var (begin, at) = (time.GetTimestamp(), time.GetUtcNow());
        using var limit = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var request = Signed(url, id, payload, secrets, at);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await BeginningOfAsync(answer, either.Token);
            cancellation.ThrowIfCancellationRequested();
            return new EventAttempt(at, (int)answer.StatusCode, null, body, Elapsed()) { RetryAfter = RetryAfter(answer.Headers.RetryAfter, at) };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"No answer within {Limit.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed(e.Message.Length > MaxErrorLength ? e.Message[..MaxErrorLength] : e.Message);
        }

        EventAttempt Failed(string error) => new(at, null, error, null, Elapsed());

        int Elapsed() => (int)time.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static HttpRequestMessage Signed(string url, string id, string payload, IReadOnlyList<string> secrets, DateTimeOffset at)
    {
        var body = Encoding.UTF8.GetBytes(payload);
        var signatures = secrets.Select(secret => StandardWebhook.Sign(secret, id, at, body)).ToList();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ProCode-Events", "1"));
        (signatures[0] with { Signature = string.Join(' ', signatures.Select(signature => signature.Signature)) }).AddTo(request.Headers);
        return request;
    }

    // The status has decided; of the body only the beginning is of interest, and one that doesn't come is missed by nobody.
    private static async Task<string?> BeginningOfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var bytes = new byte[MaxBody];
        var count = 0;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // What came before is dropped, too.
        }

        if (count == 0) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, count);
        return text.Length > KeptCharacters ? text[..KeptCharacters] : text;
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => header?.Delta ?? (header?.Date - now);
}
