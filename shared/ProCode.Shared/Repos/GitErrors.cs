using ProCode.Results;

namespace ProCode.Repos;

/// <summary>What can go wrong with a git server.</summary>
public static class GitErrors
{
    public static readonly ErrorCode RepositoryUnreachable = new(1003, "GIT_REPO_UNREACHABLE", ErrorKind.Unprocessable);
    public static readonly ErrorCode TagExists = new(2004, "TAG_EXISTS", ErrorKind.Conflict);
    public static readonly ErrorCode AccessDenied = new(4001, "GIT_ACCESS_DENIED", ErrorKind.Unprocessable);
    public static readonly ErrorCode RefNotFound = new(4002, "GIT_REF_NOT_FOUND", ErrorKind.Unprocessable);
    /// <summary>Nobody answers at the address. Like <see cref="HostUnavailable"/> it may pass, but not within a call.</summary>
    public static readonly ErrorCode HostUnreachable = new(4006, "GIT_HOST_UNREACHABLE", ErrorKind.Unavailable);
    public static readonly ErrorCode HostUnavailable = new(4003, "GIT_HOST_UNAVAILABLE", ErrorKind.Unavailable);
    public static readonly ErrorCode SourceTooLarge = new(4004, "GIT_SOURCE_TOO_LARGE", ErrorKind.Unprocessable);
    public static readonly ErrorCode SourceUnsafe = new(4005, "GIT_SOURCE_UNSAFE", ErrorKind.Unprocessable);
}
