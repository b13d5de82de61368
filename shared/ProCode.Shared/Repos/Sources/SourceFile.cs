namespace ProCode.Repos.Sources;

/// <summary>A file of a commit. <paramref name="LinkTarget"/> is null unless it is a symbolic link.</summary>
internal sealed record SourceFile(string Path, bool Executable, string? LinkTarget, Func<Stream> Open);
