using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Results;

namespace ProCode.Functions.Iterations;

internal sealed record CreateIterationRequest(long? AppId, string? Name, string? SourceBranch);

/// <summary>POST /api/v1/iterations: plans an iteration (seed 001, section 3.3).</summary>
public sealed class CreateIteration(PlanIteration plan)
{
    [Function(nameof(CreateIteration))]
    [RequirePermission(Permission.IterationsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/iterations")] HttpRequest request, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<CreateIterationRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);

        var check = new Check();
        var appId = check.Required("appId", body.AppId);
        var name = check.Required("name", body.Name, Iteration.MaxNameLength);
        var branch = check.Required("sourceBranch", body.SourceBranch, Iteration.MaxBranchLength);
        check.That(branch.Length == 0 || BranchName.IsValid(branch), "sourceBranch", "is not a name that git allows for a branch");
        if (check.Failed(out error)) return Answers.Failure(error);

        return (await plan.RunAsync(appId, name, branch, cancellation)).TryGet(out var iteration, out error)
            ? Answers.Created(IterationResponse.From(iteration, [], maySkip: false))
            : Answers.Failure(error);
    }
}
