using System.Globalization;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables.Protocol;

/// <summary>A transaction on the wire: a multipart document of requests, answered by one of responses.</summary>
internal static class Transaction
{
    public static async Task<(Response Whole, IReadOnlyList<Response> Parts)> SubmitAsync(
        TablesService service, string table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var batch = $"batch_{Guid.NewGuid()}";
        using var message = service.NewMessage(RequestMethod.Post, "$batch", Accept.Batch);
        message.Request.Headers.SetValue("Content-Type", $"multipart/mixed; boundary={batch}");
        message.Request.Content = RequestContent.Create(await BodyAsync(service, table, actions, batch, cancellationToken).ConfigureAwait(false));

        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var parts = PartsOf(response);
        return parts.FirstOrDefault(part => part.Status >= 400) is { } failed ? throw new TableTransactionFailedException(failed) : (response, parts);
    }

    private static async Task<BinaryData> BodyAsync(
        TablesService service, string table, IEnumerable<TableTransactionAction> actions, string batch, CancellationToken cancellationToken)
    {
        var changes = $"changeset_{Guid.NewGuid()}";
        using var body = new MemoryStream();
        void Line(string text = "") => body.Write(Encoding.UTF8.GetBytes(text + "\r\n"));

        Line($"--{batch}");
        Line($"Content-Type: multipart/mixed; boundary={changes}");
        Line();
        foreach (var action in actions)
        {
            using var part = EntityRequests.Of(service, table, action);
            Line($"--{changes}");
            Line("Content-Type: application/http");
            Line("Content-Transfer-Encoding: binary");
            Line();
            Line($"{part.Request.Method} {part.Request.Uri.ToUri().AbsoluteUri} HTTP/1.1");
            foreach (var header in part.Request.Headers)
                Line($"{header.Name}: {header.Value}");
            Line();
            if (part.Request.Content is { } content)
                await content.WriteToAsync(body, cancellationToken).ConfigureAwait(false);
            Line();
        }

        Line($"--{changes}--");
        Line($"--{batch}--");
        return BinaryData.FromBytes(body.ToArray());
    }

    // Every part is an HTTP response after "HTTP/1.1"; bodies are one JSON document, whose strings hold no line ends.
    private static List<Response> PartsOf(Response response)
    {
        var parts = new List<Response>();
        using var lines = new StringReader(response.Content.ToString());
        while (lines.ReadLine() is { } line)
        {
            if (!line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                continue;

            var status = int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture);
            var part = new TransactionPart(status, line.Length > 13 ? line[13..] : "", response.ClientRequestId);
            while (lines.ReadLine() is { Length: > 0 } header)
            {
                if (header.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                    part.Add(header[..colon].Trim(), header[(colon + 1)..].Trim());
            }

            if (lines.ReadLine() is { Length: > 0 } body && !body.StartsWith("--", StringComparison.Ordinal))
                part.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(body));
            parts.Add(part);
        }

        return parts;
    }
}
