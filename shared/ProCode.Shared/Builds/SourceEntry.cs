namespace ProCode.Builds;

/// <summary>One thing in a source tar. <paramref name="Path"/> is relative, with <c>/</c> between its parts, and safe to put under a folder.
/// <paramref name="Data"/> is a file's content, null when empty; it can be read until the next entry is asked for, or for as long as the
/// tar is open when the tar can be sought.</summary>
internal sealed record SourceEntry(
    string Path, SourceEntryKind Kind, bool Executable, long Size, string LinkTarget, Stream? Data);

internal enum SourceEntryKind
{
    File,
    Directory,
    SymbolicLink,
}
