using ProCode.Results;

namespace ProCode.Builds;

/// <summary>What can go wrong with a project's own files.</summary>
public static class BuildErrors
{
    public static readonly ErrorCode ManifestInvalid = new(4101, "MANIFEST_INVALID", ErrorKind.Unprocessable);
    public static readonly ErrorCode EntrypointMissing = new(4102, "ENTRYPOINT_MISSING", ErrorKind.Unprocessable);
    public static readonly ErrorCode SourceInvalid = new(4103, "SOURCE_INVALID", ErrorKind.Unprocessable);
}
