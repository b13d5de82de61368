using System.Globalization;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Builds;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Stages.Build;

/// <summary>BUILD: fetches the commit's source, reads how the project wants to be run, and writes the Dockerfile. Both are kept as blobs
/// under names that the commit and the run give, so doing it again writes nothing new.</summary>
public sealed class BuildActivity(PipelineStore pipelines, AppStore apps, GitRemotes remotes, GitHosts hosts, PipelineArtifacts artifacts, RunWatch watch, StageLogs logs)
{
    [Function(nameof(BuildActivity))]
    public async Task<StageOutcome> Run([ActivityTrigger] StageAttempt attempt, CancellationToken cancellation) =>
        attempt.Outcome(await watch.DoAsync(attempt, token => logs.RunAsync(attempt, log => BuildAsync(attempt, log, token)), cancellation));

    private async Task<Result<BuildOutput>> BuildAsync(StageAttempt attempt, StageLog log, CancellationToken cancellation)
    {
        var app = await apps.FactsAsync(attempt.AppId, cancellation);
        if (!(await pipelines.OfAttemptAsync(attempt, cancellation)).TryGet(out var stored, out var error)) return error;
        var pipeline = stored.Value;
        var commit = pipeline.OutputOf<CodeCheckOutput>(StageKind.CODE_CHECK).CommitId;

        var source = PipelineArtifacts.SourceName(app.Id, commit);
        Result<Stream> opened = await artifacts.FindAsync(source, cancellation) is { } kept ? kept : await FetchAsync(app.Id, commit, source, log, cancellation);
        if (!opened.TryGet(out var tar, out error)) return error;
        await using var reading = tar;
        if (!(await SourceListing.ReadAsync(tar, cancellation)).TryGet(out var listing, out error)) return error;
        log.WriteLine($"Source of commit {commit}: {listing.Files.Count} files of {listing.Files.Values.Sum()} bytes, kept as {source}.");
        var stack = app.TechStack;
        var input = StageInput.Of<StageInput.Build>(pipeline[StageKind.BUILD]);
        if (!ProjectManifestReader.Read(listing.Manifest, stack, app.Name, listing, input).TryGet(out var manifest, out error)) return error;

        var baseImage = BaseImages.For(stack, manifest.Runtime);
        log.WriteLine($"Manifest ({(listing.Manifest is null ? $"no {SourceListing.ManifestFile}, from the files" : SourceListing.ManifestFile)}): {Text(manifest)}.");
        log.WriteLine($"Base image: {baseImage}.");
        var dockerfile = PipelineArtifacts.DockerfileName(pipeline.Id, attempt.Run);
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(DockerfileWriter.Write(manifest, stack, baseImage, commit)));
        await artifacts.KeepAsync(dockerfile, text, cancellation);
        log.WriteLine($"Dockerfile, kept as {dockerfile}.");
        return new BuildOutput(dockerfile, source, baseImage, manifest);
    }

    private static string Text(ProjectManifest manifest) => string.Create(
        CultureInfo.InvariantCulture,
        $"name {manifest.Name}, runtime {manifest.Runtime}, entrypoint [{string.Join(", ", manifest.Entrypoint)}], port {manifest.Port}, health {manifest.Health}");

    // Keeps the commit's source under the name, and gives it.
    private async Task<Result<Stream>> FetchAsync(long appId, string commit, string name, StageLog log, CancellationToken cancellation)
    {
        if (await apps.FindRepoAsync(appId, cancellation) is not { } repo)
            return GitErrors.RepositoryUnreachable.With("The app has no git repository any more.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return error;
        log.Hide(remote.Credential?.Password);
        log.WriteLine($"Fetching commit {commit} from {remote.Url}.");

        var tar = ScratchFile.Create();
        try
        {
            if (!(await hosts.For(remote).ArchiveAsync(remote, commit, tar, cancellation)).TryGet(out _, out error)) return error;
            log.WriteLine($"Fetched: {tar.Length} bytes.");
            tar.Position = 0;
            await artifacts.KeepAsync(name, tar, cancellation);
            tar.Position = 0;
            var fetched = tar;
            tar = null;
            return fetched;
        }
        finally
        {
            if (tar is not null) await tar.DisposeAsync();
        }
    }
}
