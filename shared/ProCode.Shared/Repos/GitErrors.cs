using ProCode.Results;

namespace ProCode.Repos;

/// <summary>What can go wrong with a git server.</summary>
public static class GitErrors
{
    public static readonly ErrorCode RepositoryUnreachable = new(1003, "GIT_REPO_UNREACHABLE", ErrorKind.Unprocessable);
    public static readonly ErrorCode TagExists = new(2004, "TAG_EXISTS", ErrorKind.Conflict);
    public static readonly ErrorCode AccessDenied = new(4001, "GIT_ACCESS_DENIED", ErrorKind.Unprocessable);
    public static readonly ErrorCode RefNotFound = new(4002, "GIT_REF_NOT_FOUND", ErrorKind.Unprocessable);
    public static readonly ErrorCode HostUnavailable = new(4003, "GIT_HOST_UNAVAILABLE", ErrorKind.Unavailable);
    public static readonly ErrorCode SourceTooLarge = new(4004, "GIT_SOURCE_TOO_LARGE", ErrorKind.Unprocessable);
    public static readonly ErrorCode SourceUnsafe = new(4005, "GIT_SOURCE_UNSAFE", ErrorKind.Unprocessable);

    /// <summary>Nobody answers at the address. Like <see cref="HostUnavailable"/> it may pass, but not within a call.</summary>
    public static readonly ErrorCode HostUnreachable = new(4006, "GIT_HOST_UNREACHABLE", ErrorKind.Unavailable);
    public static readonly ErrorCode OperationUnsupported = new(4007, "GIT_OPERATION_UNSUPPORTED", ErrorKind.Unprocessable);
    public static readonly ErrorCode BranchExists = new(4008, "GIT_BRANCH_EXISTS", ErrorKind.Conflict);
    public static readonly ErrorCode RepositoryNotEmpty = new(4009, "GIT_REPOSITORY_NOT_EMPTY", ErrorKind.Conflict);

    /// <summary>The host counts our calls and wants fewer; <see cref="Error.RetryAfter"/> says when it takes some again.</summary>
    public static readonly ErrorCode RateLimited = new(4010, "GIT_RATE_LIMITED", ErrorKind.Unavailable);
    public static readonly ErrorCode WebhookNotFound = new(4011, "GIT_WEBHOOK_NOT_FOUND", ErrorKind.NotFound);
    public static readonly ErrorCode MergeRequestNotFound = new(4012, "GIT_MERGE_REQUEST_NOT_FOUND", ErrorKind.NotFound);

    /// <summary>The host understood a request and won't do it, for a reason of its own.</summary>
    public static readonly ErrorCode RequestRefused = new(4013, "GIT_REQUEST_REFUSED", ErrorKind.Unprocessable);

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    internal static Error Unavailable(string message) => HostUnavailable.With(message) with { RetryAfter = TryAgain };

    internal static Error Unreachable(string message) => HostUnreachable.With(message) with { RetryAfter = TryAgain };
}
