namespace ProCode.Images;

/// <summary>A temporary file that nobody else sees and that is gone with the process, however it ends.</summary>
internal static class ScratchFile
{
    public static FileStream Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"procode-{Guid.NewGuid():n}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
        File.Delete(path); // At once, open as it is: a killed process deletes nothing.
        return file;
    }
}
