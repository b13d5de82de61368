using System.Formats.Tar;
using ProCode.Storage;

namespace ProCode.Repos.Sources;

/// <summary>Writes files as a tar whose bytes depend on nothing but the files: GNU entries (pax headers would carry the process id),
/// fixed times, owners and modes.</summary>
internal static class SourceTar
{
    private const UnixFileMode Regular = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Regular | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Link = Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>A temporary file, at its start; it is gone once closed.</summary>
    public static FileStream Write(IReadOnlyList<SourceFile> files, CancellationToken cancellation)
    {
        var file = ScratchFile.Create();
        try
        {
            using (var writer = new TarWriter(file, TarEntryFormat.Gnu, leaveOpen: true))
            {
                foreach (var source in files)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Write(writer, source);
                }
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Write(TarWriter writer, SourceFile source)
    {
        var entry = new GnuTarEntry(source.LinkTarget is null ? TarEntryType.RegularFile : TarEntryType.SymbolicLink, source.Path)
        {
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = source.LinkTarget is not null ? Link : source.Executable ? Executable : Regular,
            Uid = 0,
            Gid = 0,
            UserName = "",
            GroupName = "",
        };
        if (source.LinkTarget is not null)
        {
            entry.LinkName = source.LinkTarget;
            writer.WriteEntry(entry);
            return;
        }

        using var content = source.Open();
        entry.DataStream = content;
        writer.WriteEntry(entry);
    }
}
