namespace ProCode.Deployments.ProcessTarget;

/// <summary>Asks an agent on this machine whether it is ready.</summary>
internal sealed class AgentHealth : IDisposable
{
    // No proxy, no redirects, no cookies: the answer must be the agent's own.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>True when the path answers 2xx.</summary>
    public async Task<bool> AnswersAsync(AgentProcess process, string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(process.BaseUrl + path, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false; // It took longer than the time limit.
        }
    }

    public void Dispose() => _http.Dispose();
}
