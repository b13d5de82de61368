using System.Text;

namespace LibGit2Sharp;

/// <summary>A commit's text: "name value" lines (one that starts with a space goes on with the line before), an empty line, the message.</summary>
internal sealed class CommitText
{
    private readonly string[] _lines;

    internal CommitText(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        _lines = (end < 0 ? text : text[..end]).Split('\n');
        Message = end < 0 ? "" : text[end..].TrimStart('\n');
    }

    internal string Message { get; }

    internal IEnumerable<string> Fields(string name) =>
        _lines.Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);
}
