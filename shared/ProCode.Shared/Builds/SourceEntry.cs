namespace ProCode.Builds;

/// <summary>One thing in a source tar. <paramref name="Path"/> is relative, with <c>/</c> between its parts, and safe to put under a folder.
/// <paramref name="DataOffset"/> is where a file's bytes start in a seekable tar; <paramref name="Data"/> is readable until the next
/// entry is asked for.</summary>
internal sealed record SourceEntry(
    string Path, SourceEntryKind Kind, bool Executable, long Size, string LinkTarget, long DataOffset, Stream? Data);

internal enum SourceEntryKind
{
    File,
    Directory,
    SymbolicLink,
}
