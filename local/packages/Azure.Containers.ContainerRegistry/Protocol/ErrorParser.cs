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
            using var document = JsonDocument.Parse(response.Content);
            var first = document.RootElement.GetProperty("errors")[0];
            error = new ResponseError(first.GetProperty("code").GetString(), first.GetProperty("message").GetString());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Not a registry's document, but of something between: the status says what is known.
        }

        return error is not null;
    }
}
