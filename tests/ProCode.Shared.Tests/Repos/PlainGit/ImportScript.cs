using System.Globalization;
using System.Text;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>Writes histories for <see cref="Dev.GitServer.ImportAsync"/>. A branch is named after each commit made on it: <c>branch</c> goes on.</summary>
public sealed class ImportScript
{
    private readonly StringBuilder _text = new();

    /// <summary>A commit on top of a branch, or of <paramref name="from"/>; a new branch without it starts a history of its own.</summary>
    public ImportScript Commit(string branch, string message, int seconds = 0, string? from = null, string? merge = null, string author = "Dev <dev@example.com>", string zone = "+0000")
    {
        Line($"commit refs/heads/{branch}");
        Line($"author {author} {1_700_000_000 + seconds} {zone}");
        Line($"committer {author} {1_700_000_000 + seconds} {zone}");
        Data(message);
        if (from is not null) Line($"from refs/heads/{from}");
        if (merge is not null) Line($"merge refs/heads/{merge}");
        return this;
    }

    /// <summary>A file of the last commit.</summary>
    public ImportScript File(string path, string content, string mode = "100644")
    {
        Line($"M {mode} inline \"{path}\"");
        Data(content);
        return this;
    }

    public ImportScript Rename(string path, string to)
    {
        Line($"R \"{path}\" \"{to}\"");
        return this;
    }

    public ImportScript Delete(string path)
    {
        Line($"D \"{path}\"");
        return this;
    }

    /// <summary>A branch or a lightweight tag, by its full name, where a branch is.</summary>
    public ImportScript Ref(string name, string branch)
    {
        Line($"reset {name}");
        Line($"from refs/heads/{branch}");
        return this;
    }

    /// <summary>Anything else that fast-import understands.</summary>
    public ImportScript Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Data(string text) => Line(string.Create(CultureInfo.InvariantCulture, $"data {Encoding.UTF8.GetByteCount(text)}")).Line(text);
}
