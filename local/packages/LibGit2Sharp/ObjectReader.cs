using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Reads objects through <c>git cat-file</c>: one process for contents and one for sizes, started when first needed,
/// because a process per object would make a large tree slow.</summary>
internal sealed class ObjectReader(string gitFolder) : IDisposable
{
    private readonly Lock _gate = new();
    private Process? _contents;
    private Process? _headers;

    internal (ObjectId Id, string Type)? Find(string objectish)
    {
        if (objectish.AsSpan().ContainsAny('\n', '\0'))
            return null;
        lock (_gate)
        {
            var header = Ask(_headers ??= Start("--batch-check"), objectish);
            return header switch
            {
                [var id, var type, _] => (new ObjectId(id), type),
                [.., "ambiguous"] => throw new AmbiguousSpecificationException($"'{objectish}' is ambiguous"),
                _ => null,
            };
        }
    }

    internal long SizeOf(ObjectId id)
    {
        lock (_gate)
            return Size(Ask(_headers ??= Start("--batch-check"), id.Sha), id);
    }

    internal byte[] Read(ObjectId id)
    {
        lock (_gate)
        {
            _contents ??= Start("--batch");
            var content = new byte[Size(Ask(_contents, id.Sha), id)];
            var output = _contents.StandardOutput.BaseStream;
            output.ReadExactly(content);
            output.ReadByte(); // the line end after the content
            return content;
        }
    }

    public void Dispose()
    {
        foreach (var process in new[] { _contents, _headers })
        {
            process?.StandardInput.Close();
            process?.WaitForExit();
            process?.Dispose();
        }
    }

    private static long Size(string[] header, ObjectId id) =>
        header is [_, _, var size] ? long.Parse(size, CultureInfo.InvariantCulture) : throw new NotFoundException($"object not found - no match for id ({id.Sha})");

    // The answer is "<id> <type> <size>", or "<name> missing" where the name may hold spaces.
    private static string[] Ask(Process process, string objectish)
    {
        var input = process.StandardInput.BaseStream;
        input.Write(Encoding.UTF8.GetBytes(objectish + "\n"));
        input.Flush();
        var line = new List<byte>(64);
        for (var next = process.StandardOutput.BaseStream.ReadByte(); next is not (-1 or '\n'); next = process.StandardOutput.BaseStream.ReadByte())
            line.Add((byte)next);
        var text = Encoding.UTF8.GetString([.. line]);
        return text.EndsWith(" missing", StringComparison.Ordinal) ? [objectish, "missing"] : text.Split(' ');
    }

    private Process Start(string mode)
    {
        var process = GitProgram.Start(gitFolder, ["cat-file", mode]);
        process.ErrorDataReceived += (_, _) => { }; // read, so that a talkative git can't block on a full pipe
        process.BeginErrorReadLine();
        return process;
    }
}
