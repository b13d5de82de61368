using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Local.Hosting.Http;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>What host.json says of the number of requests at the same time.</summary>
public sealed class RequestLimitTests
{
    private readonly TaskCompletionSource _open = new();
    private int _inside;

    [Fact]
    public async Task Invoke_MoreThanConcurrent_WaitForTheirTurn()
    {
        using var queue = new RequestQueue(maxConcurrent: 2, maxOutstanding: null);
        var requests = Enumerable.Range(0, 5).Select(_ => queue.InvokeAsync(new DefaultHttpContext(), StayAsync)).ToList();
        Assert.Equal(2, _inside);

        _open.SetResult();
        await Task.WhenAll(requests);

        Assert.Equal(5, _inside);
    }

    [Fact]
    public async Task Invoke_MoreThanOutstanding_AreRefusedUntilOneHasEnded()
    {
        using var queue = new RequestQueue(maxConcurrent: 1, maxOutstanding: 2);
        Task[] taken = [queue.InvokeAsync(new DefaultHttpContext(), StayAsync), queue.InvokeAsync(new DefaultHttpContext(), StayAsync)];

        var refused = new DefaultHttpContext();
        await queue.InvokeAsync(refused, StayAsync);
        _open.SetResult();
        await Task.WhenAll(taken);
        var later = new DefaultHttpContext();
        await queue.InvokeAsync(later, StayAsync);

        Assert.Equal((429, "1", 200), (refused.Response.StatusCode, refused.Response.Headers["X-FUNCTION-SCALEOUT"].ToString(), later.Response.StatusCode));
        Assert.Equal(3, _inside);
    }

    [Fact]
    public async Task Invoke_ClientOfAWaitingRequestGoesAway_ItsPlaceIsFree()
    {
        using var queue = new RequestQueue(maxConcurrent: 1, maxOutstanding: 2);
        var inside = queue.InvokeAsync(new DefaultHttpContext(), StayAsync);
        using var gone = new CancellationTokenSource();
        var waiting = queue.InvokeAsync(new DefaultHttpContext { RequestAborted = gone.Token }, StayAsync);

        await gone.CancelAsync();
        await waiting;
        var next = new DefaultHttpContext();
        var answered = queue.InvokeAsync(next, StayAsync);
        _open.SetResult();
        await Task.WhenAll(inside, answered);

        Assert.Equal((200, 2), (next.Response.StatusCode, _inside));
    }

    [Fact]
    public async Task Invoke_FunctionFails_ItsPlaceIsFree()
    {
        using var queue = new RequestQueue(maxConcurrent: 1, maxOutstanding: 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.InvokeAsync(new DefaultHttpContext(), _ => throw new InvalidOperationException()));
        _open.SetResult();

        await queue.InvokeAsync(new DefaultHttpContext(), StayAsync);

        Assert.Equal(1, _inside);
    }

    [Fact]
    public async Task Get_LimitOfHostJson_RefusesAllButWhatTheHostTellsOfItself()
    {
        var hold = new Hold();
        await using var app = await FunctionsApp.StartWithAsync(
            ["--AzureFunctionsJobHost:extensions:http:maxOutstandingRequests=1"],
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton(hold);
            },
            typeof(Holding));
        var inside = app.Http.GetAsync("/hold");
        await hold.Entered.Task;

        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.Http.GetAsync("/hold")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync("/admin/host/ping")).StatusCode);
        hold.Open.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await inside).StatusCode);
    }

    private Task StayAsync(HttpContext context)
    {
        Interlocked.Increment(ref _inside);
        return _open.Task;
    }

    internal sealed class Hold
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Holding(Hold hold)
    {
        [Function("Hold")]
        public async Task<IResult> Run([HttpTrigger("get", Route = "hold")] HttpRequest request)
        {
            hold.Entered.SetResult();
            await hold.Open.Task;
            return TypedResults.Ok();
        }
    }
}
