using System.Security.Cryptography;

namespace ProCode.Credentials;

/// <summary>The key that a stored secret was encrypted with is not among those that are there.</summary>
public sealed class SecretKeyMissingException(string message) : CryptographicException(message);
