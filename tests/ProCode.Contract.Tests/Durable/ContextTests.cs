using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging;

namespace ProCode.Contract.Tests.Durable;

/// <summary>Small promises of what an orchestrator is given and may ask for.</summary>
public sealed class ContextTests
{
    [Fact]
    public async Task NewGuid_OfAnInstance_IsTheNameOfInstanceTimeAndCounterAsUuid5()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", context =>
            Task.FromResult(new[] { context.CurrentUtcDateTime.ToString("o", CultureInfo.InvariantCulture), $"{context.NewGuid()}", $"{context.NewGuid()}" })));
        var id = await host.StartAsync("run", id: "some-instance");

        var told = (await host.EndOfAsync(id)).ReadOutputAs<string[]>()!;

        Assert.EndsWith("Z", told[0], StringComparison.Ordinal);
        Assert.Equal([$"{Uuid5($"some-instance_{told[0]}_0")}", $"{Uuid5($"some-instance_{told[0]}_1")}"], told[1..]);
    }

    [Fact]
    public async Task CallActivity_OptionsAsInput_IsRefused()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<string, string>("echo", (_, text) => text)
            .AddOrchestratorFunc("run", async context =>
            {
                object options = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1)));
                await Assert.ThrowsAsync<ArgumentException>(() => context.CallActivityAsync<string>("echo", options, null));
                return "refused";
            }));

        Assert.Equal("refused", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task GetInput_OfItsType_IsTheInputAgainAndNullWithoutOne()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string?, string>("run", (context, input) =>
            Task.FromResult($"{input ?? "none"} {context.GetInput<string>() ?? "none"}")));

        Assert.Equal("text text", (await host.RunAsync("run", "text")).ReadOutputAs<string>());
        Assert.Equal("none none", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task CreateTimer_InThePast_FiresAtOnce()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None);
            return "fired";
        }));

        Assert.Equal("fired", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task CreateTimer_TokenIsCancelled_IsCancelledAsATask()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", async context =>
        {
            using var stop = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(30), stop.Token);
            stop.Cancel();
            await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            return "cancelled";
        }));

        Assert.Equal("cancelled", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_ThenThrows_FailsTheInstance()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", new Action<TaskOrchestrationContext>(context =>
        {
            context.ContinueAsNew();
            throw new InvalidOperationException("after all");
        })));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.RunAsync("run")).RuntimeStatus);
    }

    [Fact]
    public async Task CreateReplaySafeLogger_WhateverIsReplayed_SaysEverythingOnce()
    {
        using var lines = new Lines();
        await using var host = await DurableTaskTestHost.StartAsync(
            tasks => tasks
                .AddActivityFunc<int, int>("next", (_, number) => number + 1)
                .AddOrchestratorFunc("run", async context =>
                {
                    var logger = context.CreateReplaySafeLogger("steps");
                    for (var step = 0; step < 3;)
                    {
                        logger.Log(LogLevel.Information, default, step, null, (at, _) => $"step {at}");
                        step = await context.CallActivityAsync<int>("next", step);
                    }
                }),
            new DurableTaskTestHostOptions { LoggerFactory = lines });
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        await host.Client.WaitForInstanceCompletionAsync(await host.Client.ScheduleNewOrchestrationInstanceAsync("run"), deadline.Token);

        Assert.Equal(["step 0", "step 1", "step 2"], lines.Of("steps"));
    }

    [Fact]
    public async Task CallActivity_OfAnotherCase_RunsItAndTellsItsInstance()
    {
        var told = new ConcurrentBag<string>();
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("Tell", new Action<TaskActivityContext>(context => told.Add(context.InstanceId)))
            .AddOrchestratorFunc("Run", context => context.CallActivityAsync("TELL")));
        var id = await host.StartAsync("rUN");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal(id, Assert.Single(told));
    }

    [Fact]
    public void TaskName_Text_IsComparedWithoutCase()
    {
        Assert.Equal(new TaskName("Build"), (TaskName)"BUILD");
        Assert.True((TaskName)"" == default);
        Assert.Equal("Build", (string)new TaskName("Build"));
    }

    [Fact]
    public void FailureDetails_Cause_IsFoundByTypeAndItsBases()
    {
        static TaskFailureDetails Of(string type) => new(type, "message", null, null, null);

        Assert.True(Of("System.IO.FileNotFoundException").IsCausedBy<IOException>());
        Assert.False(Of("System.IO.IOException").IsCausedBy<FileNotFoundException>());
        Assert.False(Of("Nobody.Knows.ThisException").IsCausedBy<InvalidOperationException>());
        Assert.Throws<ArgumentException>(() => Of("System.IO.IOException").IsCausedBy(typeof(string)));
        Assert.Equal("System.IO.IOException: message", Of("System.IO.IOException").ToString());
    }

    // RFC 4122, version 5, in the namespace that the engine uses.
    private static Guid Uuid5(string name)
    {
        byte[] space = [.. new Guid("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // version 5 is SHA-1
        var hash = SHA1.HashData(space)[..16];
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>A log that keeps what is written under each name.</summary>
    private sealed class Lines : ILoggerFactory
    {
        private readonly ConcurrentQueue<(string Category, string Text)> _all = new();

        public IEnumerable<string> Of(string category) => _all.Where(line => line.Category == category).Select(line => line.Text);

        public ILogger CreateLogger(string categoryName) => new Logger(text => _all.Enqueue((categoryName, text)));

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        private sealed class Logger(Action<string> write) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                write(formatter(state, exception));
        }
    }
}
