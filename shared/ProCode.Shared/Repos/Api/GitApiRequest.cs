namespace ProCode.Repos.Api;

/// <summary>A request to a host's REST API. <paramref name="Url"/> holds no secret. <paramref name="Body"/> is sent as JSON, null as no body.</summary>
internal sealed record GitApiRequest(HttpMethod Method, Uri Url, object? Body = null)
{
    /// <summary>What the host wants beside the body, the credential's header among them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether it may be sent again when its answer got lost: a POST may make a second one of something.</summary>
    public bool IsRepeatable { get; init; } = Method != HttpMethod.Post;

    /// <summary>What the body holds that must not come back in a message, should the host say it again: a webhook's secret.</summary>
    public string? Secret { get; init; }

    // A record would print its headers.
    public override string ToString() => $"{Method} {Url}";
}
