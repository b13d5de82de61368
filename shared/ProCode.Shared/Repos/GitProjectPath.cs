namespace ProCode.Repos;

/// <summary>The path of a repository on its host, as its API names it: <c>group/sub-group/project</c>.</summary>
internal static class GitProjectPath
{
    /// <summary>The path of a repository's URL, without slashes around it and without <c>.git</c>; unescaped.</summary>
    public static string Of(string url)
    {
        var path = Uri.UnescapeDataString(new Uri(url).AbsolutePath).Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
    }
}
