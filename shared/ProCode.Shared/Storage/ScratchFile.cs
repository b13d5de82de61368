namespace ProCode.Storage;

/// <summary>A temporary file that nobody else sees and that is gone with the process, however it ends.</summary>
public static class ScratchFile
{
    /// <summary>The empty file, open for reading and writing.</summary>
    public static FileStream Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"procode-{Guid.NewGuid():n}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 1 << 16,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        File.Delete(path); // At once, open as it is: a killed process deletes nothing.
        return file;
    }
}
