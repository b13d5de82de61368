using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>Sends what is meant for GitHub's API to Prism, and keeps what it said. The server that archives come from is played here.</summary>
internal sealed class PrismHandler(string api, PrismServer prism, byte[] archive) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private readonly ConcurrentQueue<string> _exchanges = new();

    /// <summary>The address of the API that is played.</summary>
    public string Api => api;

    /// <summary>Each request and its status: <c>GET /repos/o/r 200</c>.</summary>
    public IReadOnlyList<string> Exchanges => [.. _exchanges];

    /// <summary>What was against the description, in Prism's words.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Which answer Prism is asked for, by <c>GET /path</c>; otherwise it is the successful one.</summary>
    public Dictionary<string, int> Status { get; } = new(StringComparer.Ordinal);

    /// <summary>What is answered in place of the example, once Prism found the request right.</summary>
    public Dictionary<string, string> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>What the archive's server was sent beside the address.</summary>
    public string? ArchiveHeaders { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var url = request.RequestUri!.AbsoluteUri;
        if (!url.StartsWith(api, StringComparison.Ordinal))
        {
            ArchiveHeaders = request.Headers.ToString();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(archive) };
        }

        request.RequestUri = new Uri(prism.BaseUrl + url[api.Length..]);
        var asked = $"{request.Method} {request.RequestUri.AbsolutePath}";
        CheckHeaders(request, asked);
        if (Status.TryGetValue(asked, out var status)) request.Headers.Add("Prefer", $"code={status}");
        var response = await base.SendAsync(request, cancellation);
        _exchanges.Enqueue($"{request.Method} {request.RequestUri.PathAndQuery} {(int)response.StatusCode}");
        foreach (var violation in ViolationsOf(response)) Violations.Enqueue($"{asked}: {violation}");
        foreach (var name in prism.UndescribedQuery(request.RequestUri)) Violations.Enqueue($"{asked} has no {name}");
        if (response.IsSuccessStatusCode && Instead.TryGetValue(asked, out var body)) response.Content = new StringContent(body);
        return response;
    }

    // Some of GitHub's examples don't keep to its own description; those are not ours to judge.
    private static IEnumerable<string> ViolationsOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("sl-violations", out var values)
            ? JsonNode.Parse(string.Join(',', values))!.AsArray().Where(one => one!["location"]?[0]?.GetValue<string>() == "request").Select(one => one!["message"]!.GetValue<string>())
            : [];

    // What every request to the API carries; the description leaves it to the documentation.
    private void CheckHeaders(HttpRequestMessage request, string asked)
    {
        (string Name, string Value)[] wanted =
            [("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"), ("Authorization", "Bearer the-token"), ("User-Agent", "ProCode")];
        foreach (var (name, value) in wanted)
        {
            if (!request.Headers.TryGetValues(name, out var values) || string.Join(',', values) != value) Violations.Enqueue($"{asked} without {name}");
        }

        // GitHub's own name for its JSON, which the description calls by the general one.
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd("application/json");
    }
}
