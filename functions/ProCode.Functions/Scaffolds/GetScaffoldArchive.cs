using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Scaffolds;

namespace ProCode.Functions.Scaffolds;

/// <summary>GET /api/v1/scaffolds/{name}/archive: a scaffold's files as a .tar.gz, in one folder of its name.</summary>
public sealed class GetScaffoldArchive(ScaffoldCatalog scaffolds)
{
    [Function(nameof(GetScaffoldArchive))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/scaffolds/{name}/archive")] HttpRequest request, string name)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!scaffolds.Find(name).TryGet(out var scaffold, out error)) return Answers.Failure(error);
        var archive = await scaffolds.ArchiveAsync(scaffold);
        return new FileAnswer(archive.Content, "application/gzip", $"{scaffold.Name}.tar.gz", $"\"{archive.Digest}\"");
    }
}
