using System.Text.Json;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Reads a registry's error document, {"errors":[{"code":…,"message":…}]}: the first one counts.</summary>
internal sealed class ErrorParser : RequestFailedDetailsParser
{
    public static ErrorParser Instance { get; } = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        (error, data) = (null, null);
        try
        {
            using var document = JsonDocument.Parse(BodyOf(response));
            var first = document.RootElement.GetProperty("errors")[0];
            error = new ResponseError(first.GetProperty("code").GetString(), first.GetProperty("message").GetString());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Not a registry's document, but of something between: the status says what is known.
        }

        return error is not null;
    }

    // A blob's answer is not in memory, and its error is read twice: here and for the exception's message.
    private static ReadOnlyMemory<byte> BodyOf(Response response)
    {
        if (response.ContentStream is null)
            return default;
        if (response.ContentStream is not MemoryStream)
        {
            var body = new MemoryStream();
            using (var content = response.ContentStream)
                content.CopyTo(body);
            body.Position = 0;
            response.ContentStream = body;
        }

        return response.Content.ToMemory();
    }
}
