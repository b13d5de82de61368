using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ProCode.EngineBench;

/// <summary>A function that does nothing: what a request to it takes is the host's.</summary>
public sealed class Ping
{
    [Function(nameof(Ping))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ping")] HttpRequest request) => TypedResults.Text("pong");
}
