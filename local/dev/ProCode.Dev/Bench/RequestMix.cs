namespace ProCode.Dev.Bench;

/// <summary>What is asked under load.</summary>
internal enum RequestKind
{
    GetPipeline,
    GetIteration,
    ListPipelines,
    PostIteration,
    PostRelease,
}

/// <summary>
/// Which request is due when, decided beforehand and whatever the answers do: a service that falls behind is asked all the same, and how long a request
/// waited for that counts as its own time. Always the same for the same number.
/// </summary>
internal static class RequestMix
{
    /// <summary>Requests per second.</summary>
    public const int Rate = 500;

    // Of every hundred. With five releases a second that take 20 s to deploy, a hundred pipelines are under way.
    private static readonly (RequestKind Kind, int Share)[] _shares =
    [
        (RequestKind.GetPipeline, 61), (RequestKind.GetIteration, 26), (RequestKind.ListPipelines, 8), (RequestKind.PostIteration, 4), (RequestKind.PostRelease, 1),
    ];

    /// <summary>When the request is due, from the beginning on.</summary>
    public static TimeSpan DueAt(int request) => TimeSpan.FromSeconds((double)request / Rate);

    /// <summary>What the request is.</summary>
    public static RequestKind KindOf(int request)
    {
        // 37 and 100 have no common divisor: every place of a hundred is taken once, and what is rare is spread.
        var place = request % 100 * 37 % 100;
        foreach (var (kind, share) in _shares)
        {
            if (place < share)
            {
                return kind;
            }

            place -= share;
        }

        throw new InvalidOperationException("The shares are not a hundred.");
    }
}
