using Microsoft.Extensions.Logging;

namespace ProCode.Credentials;

/// <summary>Events 1200-1299.</summary>
internal static partial class CredentialLog
{
    [LoggerMessage(1200, LogLevel.Information, "A key file was made: {Path}. Back it up: without it the stored secrets cannot be read.")]
    public static partial void KeyFileCreated(ILogger logger, string path);
}
