using System.Text.Json;
using ProCode.Apps;

namespace ProCode.Functions.Apps;

/// <summary>A version of a low-code app's document; version 0, without members, before anything was saved.</summary>
internal sealed record LowCodeConfigResponse(
    long AppId, int Version, JsonElement? Flow, JsonElement? Nodes, JsonElement? KnowledgeBase, DateTimeOffset? SavedAt)
{
    public static LowCodeConfigResponse From(long appId, LowCodeConfig config) => new(
        appId, config.Version, config.Document.Flow, config.Document.Nodes, config.Document.KnowledgeBase, config.SavedAt);
}
