using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Images;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.Package;

/// <summary>PACKAGE: makes the image and puts it into the image store. The same commit gives the same digest, so doing it again stores
/// nothing new.</summary>
public sealed class PackageActivity(PipelineStore pipelines, AppStore apps, PipelineArtifacts artifacts, IImageBuilder builder, RunWatch watch, StageLogs logs)
{
    [Function(nameof(PackageActivity))]
    public async Task<StageOutcome> Run([ActivityTrigger] StageAttempt attempt, CancellationToken cancellation) =>
        attempt.Outcome(await watch.DoAsync(attempt, token => logs.RunAsync(attempt, log => PackageAsync(attempt, log, token)), cancellation));

    private async Task<Result<PackageOutput>> PackageAsync(StageAttempt attempt, StageLog log, CancellationToken cancellation)
    {
        var app = await apps.FactsAsync(attempt.AppId, cancellation);
        if (!(await pipelines.OfAttemptAsync(attempt, cancellation)).TryGet(out var stored, out var error)) return error;
        var pipeline = stored.Value;
        var build = pipeline.OutputOf<BuildOutput>(StageKind.BUILD);

        // What is made without a tag is named after where it goes and what it is made of. The id keeps apart names that differ only in what a repository name can't hold.
        var repository = string.Create(CultureInfo.InvariantCulture, $"{app.Name}-{app.Id}");
        var commit = pipeline.OutputOf<CodeCheckOutput>(StageKind.CODE_CHECK).CommitId;
        var request = new ImageBuildRequest(
            repository, pipeline.Tag ?? $"{pipeline.Environment}-{commit[..12]}", app.TechStack, build.Manifest, commit,
            token => artifacts.OpenAsync(build.Source, token));
        log.WriteLine($"Making the image {repository}:{request.Tag} of commit {request.CommitId} on {build.BaseImage}.");
        if (!(await builder.BuildAsync(request, cancellation)).TryGet(out var image, out error)) return error;
        log.WriteLine($"Layers of the base image: {image.BaseLayers}, of which the image store had {image.BaseLayersReused}.");
        log.WriteLine($"Image {image.Reference}, digest {image.Digest}, {image.SizeBytes} bytes.");
        var config = new PackageConfig(build.Manifest.Port, build.Manifest.Health, build.Manifest.Entrypoint);
        return new PackageOutput(image.Reference, image.Digest, image.SizeBytes, config);
    }
}
