namespace Azure.Data.Tables.Protocol;

/// <summary>A storage account's connection string; no part of it is ever in an exception's text.</summary>
internal sealed record ConnectionString(Uri Endpoint, TableSharedKeyCredential Credential)
{
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static ConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .ToLookup(part => part[0], part => part.Length == 2 ? part[1] : "", StringComparer.OrdinalIgnoreCase);

        if (string.Equals(parts["UseDevelopmentStorage"].FirstOrDefault(), "true", StringComparison.OrdinalIgnoreCase))
            return new(new Uri($"http://127.0.0.1:10002/{EmulatorAccount}"), new(EmulatorAccount, EmulatorKey));

        if (parts["AccountName"].FirstOrDefault() is not { Length: > 0 } account || parts["AccountKey"].FirstOrDefault() is not { Length: > 0 } key)
            throw new InvalidOperationException("The connection string has no AccountName and AccountKey.");

        var endpoint = parts["TableEndpoint"].FirstOrDefault()
            ?? $"{parts["DefaultEndpointsProtocol"].FirstOrDefault() ?? "https"}://{account}.table.{parts["EndpointSuffix"].FirstOrDefault() ?? "core.windows.net"}";
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            ? new(uri, new(account, key))
            : throw new InvalidOperationException("The connection string's TableEndpoint is not an absolute URI.");
    }

    public override string ToString() => $"{Credential.AccountName} at {Endpoint}";
}
