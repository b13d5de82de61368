using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}/lowcode-config: the current document of a low-code app, or with <c>?version=</c> an earlier one.</summary>
public sealed class GetLowCodeConfig(LowCodeConfigStore configs)
{
    [Function(nameof(GetLowCodeConfig))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/lowcode-config")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var version = query.Number("version", 0, int.MaxValue);
        if (query.Failed(out var error)) return Answers.Failure(error);
        return (await configs.GetAsync(id, version, cancellation)).TryGet(out var config, out error)
            ? Answers.Entity(LowCodeConfigResponse.From(id, config))
            : Answers.Failure(error);
    }
}
