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
    public async Task Get_HostIsStoppingAndStillListens_Is503ExceptForItsState()
    {
        var hold = new HoldsUpTheStop();
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton(new Gate());
                builder.Services.AddSingleton<IHostedService>(hold);
            },
            typeof(Slow));

        var stopping = app.Host.StopAsync();
        await hold.Reached.Task;
        using var refused = await app.Http.GetAsync("/slow");
        var status = await app.Http.GetStringAsync("/admin/host/status");
        hold.Release.SetResult();
        await stopping;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));
        Assert.Contains("\"state\":\"Stopping\"", status, StringComparison.Ordinal);
    }

    internal sealed class HoldsUpTheStop : IHostedLifecycleService
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StoppingAsync(CancellationToken cancellationToken)
        {
            Reached.TrySetResult();
            return Release.Task;
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
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
