using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

public sealed class OrchestrationTests
{
    [Fact]
    public async Task CallActivity_InSequenceAndInParallel_ReturnsResults()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int, int>("square", (_, number) => number * number)
            .AddOrchestratorFunc<int, int>("run", async (context, count) =>
            {
                var squares = await Task.WhenAll(Enumerable.Range(1, count).Select(i => context.CallActivityAsync<int>("Square", i)));
                return await context.CallActivityAsync<int>("square", squares.Sum());
            }));

        var ended = await host.RunAsync("run", 3);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(196, ended.ReadOutputAs<int>());
        Assert.Equal(3, ended.ReadInputAs<int>());
        Assert.Equal("run", ended.Name);
    }

    [Fact]
    public async Task CallActivity_Fails_ReachesTheOrchestratorAsTaskFailedException()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new FileNotFoundException("gone", new TimeoutException("slow"))))
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var failed = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("fail"));
                var details = failed.FailureDetails;
                Assert.Equal("Task 'fail' (#0) failed with an unhandled exception: gone", failed.Message);
                Assert.True(details.IsCausedBy<FileNotFoundException>());
                Assert.True(details.IsCausedBy<IOException>());
                Assert.False(details.IsCausedBy<TimeoutException>());
                Assert.Equal("System.TimeoutException", details.InnerFailure?.ErrorType);
                return $"{failed.TaskName} {failed.TaskId} {details}";
            }));

        Assert.Equal("fail 0 System.IO.FileNotFoundException: gone", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Orchestrator_Throws_FailsTheInstance()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new InvalidOperationException("inner")))
            .AddOrchestratorFunc("throws", new Action<TaskOrchestrationContext>(_ => throw new InvalidOperationException("outer")))
            .AddOrchestratorFunc("passes on", context => context.CallActivityAsync("fail")));

        var thrown = await host.RunAsync("throws");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, thrown.RuntimeStatus);
        Assert.Equal("System.InvalidOperationException: outer", thrown.FailureDetails?.ToString());

        var passed = await host.RunAsync("passes on");
        Assert.Equal(typeof(TaskFailedException).FullName, passed.FailureDetails?.ErrorType);
        Assert.Equal("System.InvalidOperationException: inner", passed.FailureDetails?.InnerFailure?.ToString());
    }

    [Fact]
    public async Task Retry_WithPolicy_TriesUntilItSucceeds()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("flaky", _ => ++attempts < 3 ? throw new TimeoutException() : attempts)
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>(
                "flaky", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromMilliseconds(1))))));

        Assert.Equal(3, (await host.RunAsync("run")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Retry_FilterSaysNo_StopsAtOnce()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new NotSupportedException($"{++attempts}")))
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(
                new RetryPolicy(5, TimeSpan.FromMilliseconds(1)) { HandleFailure = failure => failure.IsCausedBy<TimeoutException>() }))));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.RunAsync("run")).RuntimeStatus);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Retry_WithHandler_IsToldTheAttemptAndDecides()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new TimeoutException("late")))
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var told = new List<string>();
                var options = TaskOptions.FromRetryHandler(retry =>
                {
                    told.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage}");
                    return retry.LastAttemptNumber < 3;
                });
                await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("fail", options));
                return string.Join(", ", told);
            }));

        Assert.Equal("1 late, 2 late, 3 late", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task CallSubOrchestrator_WithAndWithoutOwnId_ReturnsResultAndKnowsItsParent()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, string>("child", (context, number) =>
                Task.FromResult($"{context.InstanceId.Length} {context.Parent?.Name} {context.Parent?.InstanceId} {number}"))
            .AddOrchestratorFunc<string>("parent", async context =>
            {
                var own = new TaskOptions().WithInstanceId($"{context.InstanceId}-child");
                var named = await context.CallSubOrchestratorAsync<string>("child", 1, own);
                return $"{named}, {await context.CallSubOrchestratorAsync<string>("child", 2)}";
            }));
        var id = await host.StartAsync("parent", id: "family");

        Assert.Equal("12 parent family 1, 32 parent family 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.True((await host.Client.GetInstanceAsync("family-child"))?.IsCompleted);
    }

    [Fact]
    public async Task CallSubOrchestrator_Fails_IsRetriedUnderTheSameId()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("count", _ => ++attempts)
            .AddOrchestratorFunc<string>("child", async context =>
                await context.CallActivityAsync<int>("count") < 2 ? throw new TimeoutException("once") : context.InstanceId)
            .AddOrchestratorFunc("parent", context => context.CallSubOrchestratorAsync<string>(
                "child",
                TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(1))).WithInstanceId("the-child"))));

        Assert.Equal("the-child", (await host.RunAsync("parent")).ReadOutputAs<string>());
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task ContinueAsNew_ManyGenerations_KeepsIdAndTakesTheLastOutput()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int, int>("next", (_, number) => number + 1)
            .AddOrchestratorFunc<int, string>("count", async (context, number) =>
            {
                if (number < 5)
                    context.ContinueAsNew(await context.CallActivityAsync<int>("next", number));
                return $"{context.InstanceId} {number}";
            }));
        var id = await host.StartAsync("count", 0, "counter");

        Assert.Equal("counter 5", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Classes_RegisteredByType_RunUnderTheirNames()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestrator<Greeting>().AddActivity<SayHello>());

        Assert.Equal("Hello World!", (await host.RunAsync(nameof(Greeting), "World")).ReadOutputAs<string>());
    }

    [Fact]
    public void Registry_SameNameTwice_Throws() => Assert.Throws<ArgumentException>(() => new DurableTaskRegistry()
        .AddActivityFunc("one", _ => { })
        .AddActivityFunc("ONE", _ => { }));

    private sealed class Greeting : TaskOrchestrator<string, string>
    {
        public override Task<string> RunAsync(TaskOrchestrationContext context, string input) =>
            context.CallActivityAsync<string>("hello", input);
    }

    [DurableTask("hello")]
    private sealed class SayHello : TaskActivity<string, string>
    {
        public override Task<string> RunAsync(TaskActivityContext context, string input) => Task.FromResult($"Hello {input}!");
    }
}
