using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Iterations;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Deliveries;

/// <summary>
/// Starts the release of a tag, if the app wants that. The pipeline's id stands in the delivery's row before the pipeline is made, and is looked for
/// before anything else: wherever this dies, doing it again finds what was made, or makes it.
/// </summary>
public sealed class ApplyTagPush(
    DeliveryStore deliveries, IterationStore iterations, AppSettingsStore settings, GitHosts hosts, IServiceScopeFactory scopes, IdGenerator ids,
    TimeProvider time)
{
    // An iteration can be taken by somebody else while we choose it; that this goes on for ever is a fault.
    private const int MaxChoices = 10;

    // Hosts may be asked for each branch separately.
    private const int MaxBranches = 20;

    internal async Task<Result<Delivery>> RunAsync(Delivery delivery, GitRemote remote, CancellationToken cancellation)
    {
        var error = IterationErrors.CannotAdvance.With("The app's iterations changed while one was chosen.");
        for (var choice = 0; choice < MaxChoices; choice++)
        {
            if (await deliveries.FindAsync(delivery.AppId, delivery.Id, cancellation) is not { } found) return delivery;
            delivery = found.Value;
            if (delivery.IsSettled) return delivery;
            var all = (await iterations.ListOfAppAsync(delivery.AppId, cancellation)).Select(iteration => iteration.Value).ToList();
            if (MadeBy(delivery, all) is { } made) return await SettleAsync(delivery, DeliveryEvent.Apply, made, cancellation);
            var decided = await settings.GetAsync(delivery.AppId, cancellation);
            if (RefusalOf(delivery, decided, all) is { } reason) return await IgnoreAsync(delivery, reason, cancellation);

            var releasable = all.Where(iteration => iteration.Refusal(IterationEvent.EnterRelease, decided.AllowSkippingPhases) is null).ToList();
            var names = new GitRefNames([.. releasable.Select(iteration => iteration.SourceBranch).Distinct().Take(MaxBranches)], [delivery.RefName]);
            if (!(await hosts.For(remote).FindRefsAsync(remote, names, cancellation)).TryGet(out var refs, out error)) return error;
            if (!refs.Tags.TryGetValue(delivery.RefName, out var commit)) return await IgnoreAsync(delivery, "The host has no such tag any more.", cancellation);
            if (await deliveries.ClaimTagAsync(delivery, delivery.RefName, cancellation) is { } other)
                return await IgnoreAsync(delivery, $"Delivery {other} tells of the same tag and starts its release.", cancellation);

            // One that an earlier run of this delivery planned comes first, for nobody else would ever release it.
            var chosen = releasable.Find(iteration => iteration.Id == delivery.FirstId("iterations"))
                ?? releasable.Find(iteration => refs.Branches.GetValueOrDefault(iteration.SourceBranch) == commit)
                ?? releasable.FirstOrDefault();
            if (chosen is null && !(await PlanAsync(delivery, remote, cancellation)).TryGet(out chosen, out error)) return error;
            var order = new PhaseOrder(chosen.Id, PhaseType.RELEASE, $"webhook:{delivery.Id}", delivery.RefName, ExistingTag: true);
            var started = await WithIdsAsync<EnterPhase, PhaseEntry>(delivery, start => start.RunAsync(order, cancellation));
            if (started.TryGet(out var release, out error)) return await SettleAsync(delivery, DeliveryEvent.Apply, LedTo(delivery.RefName, release.IterationId, release.PipelineId), cancellation);
            if (error.Code == GitErrors.RefNotFound) return await IgnoreAsync(delivery, "The host has no such tag any more.", cancellation);
            if (error.Kind != ErrorKind.Conflict) return error;
        }

        return error;
    }

    private static LedTo LedTo(string tag, long iterationId, long pipelineId) =>
        new($"The release of '{tag}' was started.") { IterationIds = [iterationId], PipelineId = pipelineId };

    // Only this delivery knows the id that was kept for its pipeline, so a pipeline with it is the release that it started.
    private static LedTo? MadeBy(Delivery delivery, List<Iteration> all) =>
        delivery.FirstId("pipelines") is { } kept && all.Find(iteration => iteration.Phases.Any(phase => phase.WasEnteredWith(kept))) is { } iteration
            ? LedTo(delivery.RefName, iteration.Id, kept)
            : null;

    private static string? RefusalOf(Delivery delivery, AppSettings decided, List<Iteration> all)
    {
        var tag = delivery.RefName;
        if (!decided.ReleaseOnTag) return "Tags start no releases of this app (its setting releaseOnTag).";
        if (!ReleaseTag.Parse(tag, decided.TagPattern).Succeeded) return $"The tag is no release version; those look like {TagPattern.Example(decided.TagPattern)}.";
        return all.SelectMany(iteration => iteration.Phases).FirstOrDefault(phase => phase.Tag == tag) is { } phase
            ? $"The tag belongs to pipeline {phase.PipelineId}, which released it or made it."
            : null;
    }

    private async Task<Result<Iteration>> PlanAsync(Delivery delivery, GitRemote remote, CancellationToken cancellation)
    {
        if (!(await hosts.For(remote).GetRepositoryAsync(remote, cancellation)).TryGet(out var repository, out var error)) return error;
        if (repository.DefaultBranch is not { } branch)
            return IterationErrors.PreconditionFailed.With("No iteration can be released, and the repository has no default branch to plan one on.");
        return await WithIdsAsync<PlanIteration, Iteration>(delivery, plan => plan.RunAsync(delivery.AppId, delivery.RefName, branch, cancellation));
    }

    // Each use begins with the first id that is kept.
    private async Task<Result<T>> WithIdsAsync<TUseCase, T>(Delivery delivery, Func<TUseCase, Task<Result<T>>> run)
        where TUseCase : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<RequestIds>().Use(new DeliveryIds(deliveries, ids, delivery.AppId, delivery.Id));
        return await run(scope.ServiceProvider.GetRequiredService<TUseCase>());
    }

    private Task<Result<Delivery>> IgnoreAsync(Delivery delivery, string reason, CancellationToken cancellation) =>
        SettleAsync(delivery, DeliveryEvent.Ignore, new LedTo(reason), cancellation);

    private async Task<Result<Delivery>> SettleAsync(Delivery delivery, DeliveryEvent how, LedTo ledTo, CancellationToken cancellation) =>
        await deliveries.ApplyAsync(
            delivery.AppId, delivery.Id, found => found.IsSettled ? found : found.Settled(how, ledTo, time.GetUtcNow()), cancellation) ?? delivery;
}
