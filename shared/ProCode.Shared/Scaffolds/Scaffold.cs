using ProCode.Apps;

namespace ProCode.Scaffolds;

/// <summary>A project to begin with: a complete small agent in <paramref name="TechStack"/>. <paramref name="Files"/> has every file's content by its
/// path in the new repository (relative, forward slashes), in ordinal order of the paths; nothing in it is executable or a link.</summary>
public sealed record Scaffold(string Name, TechStack TechStack, string Description, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);
