using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ProCode.PipelineBench;

/// <summary>What the process has used so far. Memory is taken after a collection when that is asked for.</summary>
internal sealed record Counters(long Orders, IReadOnlyList<Operation> Operations, double CpuSeconds, double ResidentMb, double ManagedMb);

/// <summary>Answers for the benchmark, beside the app's own functions: <c>GET /bench/counters?collect=true</c>, <c>POST /bench/waiting?count=N</c>.</summary>
internal sealed class BenchEndpoints(RoundTrips trips, WaitingPipelines waiting) : IStartupFilter
{
    private const double Mb = 1024 * 1024;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Map("/bench/counters", counters => counters.Run(context => context.Response.WriteAsJsonAsync(Count(context.Request.Query.ContainsKey("collect")))));
        app.Map("/bench/waiting", start => start.Run(async context =>
        {
            await waiting.BeginAsync(int.Parse(context.Request.Query["count"]!, CultureInfo.InvariantCulture), context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }));
        next(app);
    };

    private Counters Count(bool collect)
    {
        if (collect)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        using var process = Process.GetCurrentProcess();
        return new Counters(
            trips.Orders, trips.Operations, process.TotalProcessorTime.TotalSeconds, process.WorkingSet64 / Mb, GC.GetTotalMemory(forceFullCollection: false) / Mb);
    }
}
