using System.Formats.Tar;
using System.Text;

namespace ProCode.Builds;

/// <summary>Source tars as a git host makes them, and as it never would.</summary>
internal static class SourceTars
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    public const UnixFileMode ExecutableMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static MemoryStream Of(params (string Path, string Text)[] files) => Write([.. files.Select(file => TextFile(file.Path, file.Text))]);

    public static TarEntry TextFile(string path, string text, UnixFileMode mode = FileMode) => new GnuTarEntry(TarEntryType.RegularFile, path)
    {
        Mode = mode,
        ModificationTime = DateTimeOffset.UnixEpoch,
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
    };

    public static TarEntry Link(string path, string target, TarEntryType type = TarEntryType.SymbolicLink) =>
        new GnuTarEntry(type, path) { LinkName = target, ModificationTime = DateTimeOffset.UnixEpoch };

    public static TarEntry Plain(string path, TarEntryType type) => new GnuTarEntry(type, path) { ModificationTime = DateTimeOffset.UnixEpoch };

    public static MemoryStream Write(params TarEntry[] entries)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var entry in entries) writer.WriteEntry(entry);
        }
        stream.Position = 0;
        return stream;
    }
}
