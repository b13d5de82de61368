using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}/settings: all of them, with their defaults where the team decided nothing.</summary>
public sealed class GetAppSettings(AppSettingsStore settings)
{
    [Function(nameof(GetAppSettings))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/settings")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return await settings.FindWithAppAsync(id, cancellation) is { } found
            ? Answers.Entity(AppSettingsDocument.From(found.Settings))
            : Answers.Failure(AppErrors.NotFound(id));
    }
}
