using System.ComponentModel.DataAnnotations;

namespace ProCode.Repos;

/// <summary>Settings under <c>Git</c>.</summary>
public sealed class GitOptions
{
    /// <summary>How long a request waits for a git host to say whether a repository answers.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a release waits for it; shorter, because a release answers within 200 ms and its first stage asks again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ReleaseProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where repositories are edited in a browser that have no web IDE of their host's: an http(s) address with <c>{url}</c>, <c>{path}</c> and
    /// <c>{branch}</c> in it. None when it is empty.</summary>
    [RegularExpression(@"https?://[^\s{}]+(\{(url|path|branch)\}[^\s{}]*)*", ErrorMessage = "Git:WebIdeUrlTemplate must be an http(s) address; {url}, {path} and {branch} are filled in.")]
    public string? WebIdeUrlTemplate { get; set; }
}
