using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ProCode.Iterations;

namespace ProCode.Deliveries;

/// <summary>The fields that the push payloads of all hosts have in common; each host's further ones are none of our business.</summary>
internal sealed record HookPayload(string? Ref, string? Before, string? After, bool? Forced)
{
    /// <summary>Longer names of refs are not looked at.</summary>
    public const int MaxRefLength = 250;

    private const string Heads = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <summary>The push that the body tells of, or why it tells of none.</summary>
    public static HookEvent ReadPush(ReadOnlyMemory<byte> body)
    {
        if (!TryParse(body, out var payload))
            return Ignored("The body is not a JSON object; the webhook's content type must be application/json.");
        if (payload.Ref is not { Length: > 0 and <= MaxRefLength } name) return Ignored("The payload names no ref.");
        var kind = name.StartsWith(Heads, StringComparison.Ordinal) ? HookEventKind.PUSH
            : name.StartsWith(Tags, StringComparison.Ordinal) ? HookEventKind.TAG_PUSH
            : HookEventKind.OTHER;
        var shortName = kind == HookEventKind.OTHER ? "" : ShortName(name);
        if (shortName.Length == 0 || !BranchName.IsValid(shortName)) return Ignored("The ref is neither a branch nor a tag.");
        return new HookEvent(kind, name, payload.Before, payload.After, payload.Forced);
    }

    /// <summary>The name of a branch or tag as people write it.</summary>
    public static string ShortName(string name) => name[(name.StartsWith(Tags, StringComparison.Ordinal) ? Tags.Length : Heads.Length)..];

    /// <summary>An event that means nothing here.</summary>
    public static HookEvent Foreign(string hostsName) =>
        Ignored(hostsName.Length is > 0 and <= 100 ? $"Events of the kind '{hostsName}' mean nothing here." : "The delivery doesn't say what kind of event it is.");

    /// <summary>The host tries the webhook out.</summary>
    public static HookEvent Ping() => new(HookEventKind.PING) { IgnoredBecause = "The host tried the webhook out; it arrives." };

    private static HookEvent Ignored(string reason) => new(HookEventKind.OTHER) { IgnoredBecause = reason };

    private static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out HookPayload? payload)
    {
        payload = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root) return false;
            payload = new HookPayload(
                Text(root, "ref"), CommitId(Text(root, "before")), CommitId(Text(root, "after")),
                root.TryGetProperty("forced", out var forced) && forced.ValueKind is JsonValueKind.True or JsonValueKind.False ? forced.GetBoolean() : null);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // Not JSON, nested too deeply, or a text in it that is not Unicode.
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Hosts write zeros for "nothing was there" and "nothing is there any more".
    private static string? CommitId(string? id) =>
        id is { Length: 40 or 64 } && id.All(char.IsAsciiHexDigit) && id.Any(digit => digit != '0') ? id.ToLowerInvariant() : null;
}
