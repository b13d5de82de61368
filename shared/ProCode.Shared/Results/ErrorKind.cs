namespace ProCode.Results;

/// <summary>What sort of failure an error is; each kind is one HTTP status (docs/errors.md).</summary>
public enum ErrorKind
{
    /// <summary>400: the request is malformed or breaks a rule of its own.</summary>
    Invalid,

    /// <summary>401: no credentials, or wrong ones.</summary>
    Unauthenticated,

    /// <summary>403: the caller is known and lacks a permission.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409: the state of the resource refuses it.</summary>
    Conflict,

    /// <summary>412: If-Match named another version.</summary>
    Precondition,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>422: well-formed, but the outside world says no.</summary>
    Unprocessable,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>500: a fault of ours.</summary>
    Internal,

    /// <summary>503: something we need does not answer now.</summary>
    Unavailable,
}
