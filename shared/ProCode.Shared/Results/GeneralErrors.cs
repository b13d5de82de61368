namespace ProCode.Results;

/// <summary>The general code of each kind, for failures that need no code of their own (api.md, Envelope).</summary>
public static class GeneralErrors
{
    public static readonly ErrorCode Invalid = new(1001, "ERR_400_001", ErrorKind.Invalid);
    public static readonly ErrorCode Unauthenticated = new(40101, "ERR_401_001", ErrorKind.Unauthenticated);
    public static readonly ErrorCode Forbidden = new(40301, "ERR_403_001", ErrorKind.Forbidden);
    public static readonly ErrorCode NotFound = new(40401, "ERR_404_001", ErrorKind.NotFound);
    public static readonly ErrorCode Conflict = new(40901, "ERR_409_001", ErrorKind.Conflict);
    public static readonly ErrorCode Precondition = new(41201, "ERR_412_001", ErrorKind.Precondition);
    public static readonly ErrorCode TooLarge = new(41301, "ERR_413_001", ErrorKind.TooLarge);
    public static readonly ErrorCode Unprocessable = new(42201, "ERR_422_001", ErrorKind.Unprocessable);
    public static readonly ErrorCode TooMany = new(42901, "ERR_429_001", ErrorKind.TooMany);
    public static readonly ErrorCode Internal = new(50001, "ERR_500_001", ErrorKind.Internal);
    public static readonly ErrorCode Unavailable = new(50301, "ERR_503_001", ErrorKind.Unavailable);
}
