namespace Grpc.Core;

/// <summary>
/// What the real client throws when the host refuses a signal. Callers know it by its full name only: the package that has the
/// public type is not part of this surface.
/// </summary>
internal sealed class RpcException(string statusCode, string detail) : Exception($"Status(StatusCode=\"{statusCode}\", Detail=\"{detail}\")")
{
    public string StatusCode { get; } = statusCode;
}
