using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Protocol;

/// <summary>A storage account's connection string; no part of it is ever in an exception's text.</summary>
internal sealed record ConnectionString(Uri Endpoint, string? AccountName, HttpPipelinePolicy Authentication)
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
            return SharedKey(new Uri($"http://127.0.0.1:10002/{EmulatorAccount}"), EmulatorAccount, EmulatorKey);

        var account = parts["AccountName"].FirstOrDefault();
        if (parts["SharedAccessSignature"].FirstOrDefault() is { Length: > 0 } signature && parts["TableEndpoint"].FirstOrDefault() is { Length: > 0 } named)
            return new(UriOf(named), account, new SharedAccessSignaturePolicy(new AzureSasCredential(signature)));
        if (account is not { Length: > 0 } || parts["AccountKey"].FirstOrDefault() is not { Length: > 0 } key)
            throw new InvalidOperationException("The connection string has neither AccountName and AccountKey nor TableEndpoint and SharedAccessSignature.");

        var endpoint = parts["TableEndpoint"].FirstOrDefault()
            ?? $"{parts["DefaultEndpointsProtocol"].FirstOrDefault() ?? "https"}://{account}.table.{parts["EndpointSuffix"].FirstOrDefault() ?? "core.windows.net"}";
        return SharedKey(UriOf(endpoint), account, key);
    }

    public override string ToString() => $"{AccountName} at {Endpoint}";

    private static ConnectionString SharedKey(Uri endpoint, string account, string key) =>
        new(endpoint, account, new SharedKeyPolicy(new TableSharedKeyCredential(account, key)));

    private static Uri UriOf(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        ? uri
        : throw new InvalidOperationException("The connection string's TableEndpoint is not an absolute URI.");
}
