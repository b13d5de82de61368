using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;

namespace ProCode.Functions.Health;

/// <summary>Answers while the process lives; it asks nothing else.</summary>
public sealed class GetHealth
{
    [Function(nameof(GetHealth))]
    [OpenEndpoint("Probes carry no key, and it tells nothing.")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => Answers.Ok(new HealthResponse("live"));

    private sealed record HealthResponse(string Status);
}
