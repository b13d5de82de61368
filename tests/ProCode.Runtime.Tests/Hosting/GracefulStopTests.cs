using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProCode.Testing;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class GracefulStopTests
{
    [Fact]
    public async Task Stop_RequestIsRunning_ItEndsAndNewOnesAreRefused()
    {
        var gate = new Gate();
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton(gate);
            },
            typeof(Slow));

        var running = app.Http.GetAsync("/slow");
        await gate.Entered.Task;
        var stopping = app.Host.StopAsync();
        using var other = new HttpClient { BaseAddress = app.Http.BaseAddress };
        await WaitFor.Async(async () =>
        {
            try
            {
                using var response = await other.GetAsync("/other");
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        Assert.False(stopping.IsCompleted);
        gate.Open.SetResult();

        using var finished = await running;
        Assert.Equal(HttpStatusCode.OK, finished.StatusCode);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Get_HostIsToldToStopAndStillListens_Is503ExceptForItsState()
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton(new Gate());
            },
            typeof(Slow));

        // What a SIGTERM does first; here nobody waits for it to stop the rest.
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using var refused = await app.Http.GetAsync("/slow");
        var status = await app.Http.GetStringAsync("/admin/host/status");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));
        Assert.Contains("\"state\":\"Stopping\"", status, StringComparison.Ordinal);
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Slow(Gate gate)
    {
        [Function("Slow")]
        public async Task<IResult> Run([HttpTrigger("get", Route = "slow")] HttpRequest request)
        {
            gate.Entered.SetResult();
            await gate.Open.Task;
            return TypedResults.Ok();
        }
    }
}
