namespace ProCode.Images;

/// <summary>Where images are kept and what they are built on (settings <c>Images:…</c>). <paramref name="LayoutPath"/> is the folder of
/// the OCI layout that images go to, <paramref name="BasePath"/> the one that base images come from. <paramref name="AllowEmptyBase"/>
/// builds on nothing when the base is missing: such an image runs only where the target brings the interpreter.</summary>
public sealed record ImageOptions(string LayoutPath, string? BasePath = null, bool AllowEmptyBase = false);
