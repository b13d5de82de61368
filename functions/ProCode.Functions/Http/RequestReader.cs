using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>Reads JSON bodies. Whatever is wrong with one is said field by field, and never by repeating what it held.</summary>
internal static class RequestReader
{
    /// <summary>The largest body of a request, in bytes.</summary>
    public const int MaxBodyLength = 1024 * 1024;

    public static readonly Error TooLarge = GeneralErrors.TooLarge.With($"The body is longer than {MaxBodyLength} bytes.");

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = ProCodeJson.Options.MaxDepth };

    /// <summary>The body as a <typeparamref name="T"/>. Fields that may be missing are nullable there; the endpoint checks those.</summary>
    public static async Task<Result<T>> ReadAsync<T>(this HttpRequest request, CancellationToken cancellation)
        where T : class
    {
        if (!request.HasJsonContentType())
            return GeneralErrors.Invalid.With("The body must be JSON.", "Content-Type", "must be application/json");
        return (await request.ReadBytesAsync(cancellation)).TryGet(out var bytes, out var error) ? Read<T>(bytes) : error;
    }

    /// <summary>A body that was read before, because its signature had to be checked first.</summary>
    public static Result<T> Read<T>(ReadOnlyMemory<byte> bytes)
        where T : class
    {
        if (bytes.Length == 0) return GeneralErrors.Invalid.With("The body is empty; it must be a JSON object.");

        try
        {
            using var document = JsonDocument.Parse(bytes, DocumentOptions);
            var check = new Check();
            JsonShape.Check(document.RootElement, ProCodeJson.Options.GetTypeInfo(typeof(T)), check);
            if (check.Failed(out var error)) return error;
            return document.RootElement.Deserialize<T>(ProCodeJson.Options)!;
        }
        catch (JsonException wrong)
        {
            return NotJson(wrong);
        }
        catch (InvalidOperationException)
        {
            // How a JsonElement says that a text is not Unicode.
            return GeneralErrors.Invalid.With("The body has a text that is not valid Unicode.");
        }
    }

    /// <summary>The whole body, if it is not longer than <see cref="MaxBodyLength"/>.</summary>
    public static async Task<Result<ReadOnlyMemory<byte>>> ReadBytesAsync(this HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBodyLength) return TooLarge;
        var bytes = new ArrayBufferWriter<byte>(4096);
        int count;
        while ((count = await request.Body.ReadAsync(bytes.GetMemory(4096), cancellation)) > 0)
        {
            bytes.Advance(count);

            // A chunked body doesn't say its length beforehand.
            if (bytes.WrittenCount > MaxBodyLength) return TooLarge;
        }

        return bytes.WrittenMemory;
    }

    // The exception's own message may quote the body, so only its position is passed on.
    private static Error NotJson(JsonException wrong) => wrong is { Path: { Length: > 2 } path }
        ? GeneralErrors.Invalid.With("The request is not valid; details name each field.", path[2..], "is not a valid value")
        : GeneralErrors.Invalid.With(wrong.LineNumber is { } line
            ? $"The body is not valid JSON at line {line + 1}, byte {(wrong.BytePositionInLine ?? 0) + 1}."
            : "The body is not valid JSON.");
}
