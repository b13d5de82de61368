using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Results;

namespace ProCode.Functions.Apps;

/// <summary>PUT /api/v1/apps/{id}/settings: replaces them all; honours If-Match.</summary>
public sealed class PutAppSettings(AppSettingsStore settings)
{
    [Function(nameof(PutAppSettings))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/apps/{id:long}/settings")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (!IfMatch.Of(request).TryGet(out var condition, out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<AppSettingsDocument>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        var wanted = body.ToSettings();
        var check = new Check();
        wanted.Validate(check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var replaced = await settings.ReplaceAsync(
            id, wanted, current => condition.Refuse(Answers.Entity(AppSettingsDocument.From(current))), cancellation);
        return replaced.TryGet(out var stored, out error) ? Answers.Entity(AppSettingsDocument.From(stored)) : Answers.Failure(error);
    }
}
