using System.Text;
using System.Text.RegularExpressions;

namespace ProCode.Testing.Storage;

/// <summary>A request to the table service: alone, or one of a transaction's.</summary>
internal sealed partial record TableRequest(string Method, string Resource, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static TableRequest Of(string method, Uri address, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => Uri.UnescapeDataString(part[0]), part => Uri.UnescapeDataString(part[1].Replace('+', ' ')), StringComparer.Ordinal);

        // The path before it is the account, where the address has it there; a key's slash would be %2F.
        return new(method, Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]), query, headers, body);
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Table and keys of "table(PartitionKey='…',RowKey='…')".</summary>
    public bool TryGetKeys(out string table, out string partitionKey, out string rowKey)
    {
        var match = KeyPath().Match(Resource);
        (table, partitionKey, rowKey) = (match.Groups[1].Value, Unquoted(match.Groups[2].Value), Unquoted(match.Groups[3].Value));
        return match.Success;
    }

    /// <summary>The requests of a transaction's multipart document.</summary>
    public IEnumerable<TableRequest> Parts()
    {
        using var lines = new StringReader(Encoding.UTF8.GetString(Body));
        while (lines.ReadLine() is { } line)
        {
            if (RequestLine().Match(line) is not { Success: true } start)
                continue;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (lines.ReadLine() is { Length: > 0 } header)
            {
                if (header.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                    headers[header[..colon]] = header[(colon + 1)..].Trim();
            }

            yield return Of(start.Groups[1].Value, new Uri(start.Groups[2].Value), headers, Encoding.UTF8.GetBytes(lines.ReadLine() ?? ""));
        }
    }

    private static string Unquoted(string key) => key.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^(\w+)\(PartitionKey='(.*)',RowKey='(.*)'\)$", RegexOptions.Singleline)]
    private static partial Regex KeyPath();

    [GeneratedRegex(@"^(GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/1\.1$")]
    private static partial Regex RequestLine();
}
