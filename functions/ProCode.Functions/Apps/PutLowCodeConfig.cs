using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

internal sealed record PutLowCodeConfigRequest(JsonElement? Flow, JsonElement? Nodes, JsonElement? KnowledgeBase);

/// <summary>PUT /api/v1/apps/{id}/lowcode-config: saves the next version of a low-code app's document; honours If-Match.</summary>
public sealed class PutLowCodeConfig(LowCodeConfigStore configs)
{
    [Function(nameof(PutLowCodeConfig))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/apps/{id:long}/lowcode-config")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        if (!IfMatch.Of(request).TryGet(out var condition, out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<PutLowCodeConfigRequest>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        var saved = await configs.SaveAsync(
            id, new LowCodeDocument(body.Flow, body.Nodes, body.KnowledgeBase),
            current => condition.Refuse(Answers.Entity(LowCodeConfigResponse.From(id, current))), cancellation);
        return saved.TryGet(out var config, out error) ? Answers.Entity(LowCodeConfigResponse.From(id, config)) : Answers.Failure(error);
    }
}
