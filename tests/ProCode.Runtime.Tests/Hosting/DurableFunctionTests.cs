using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProCode.Testing;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class DurableFunctionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-durable-").FullName;
    private readonly Journal _journal = new();

    [Fact]
    public async Task Start_ByHttpFunction_RunsActivityWithItsDependencies()
    {
        await using var app = await StartAsync(typeof(StartGreeting), typeof(GetGreeting), typeof(Greeting), typeof(Greet));

        var started = await app.Http.PostAsync("/greetings/hello-1?name=Ada", content: null);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);

        Assert.Equal("Completed {\"text\":\"hello Ada from hello-1\",\"mood\":\"Warm\"}", await EndOfAsync(app, "hello-1"));
        Assert.Equal(["Greet"], _journal.Entries.Where(entry => entry == "Greet"));
    }

    [Fact]
    public async Task Run_Middleware_SurroundsActivitiesAndEveryReplay()
    {
        await using var app = await StartAsync(
            builder => builder.Configuration["ProCodeLocal:ForceReplay"] = "true",
            typeof(StartGreeting), typeof(GetGreeting), typeof(Greeting), typeof(Greet));

        await app.Http.PostAsync("/greetings/seen-1?name=Ada", content: null);
        await EndOfAsync(app, "seen-1");

        Assert.Contains("activityTrigger Greet no-http", _journal.Entries);
        Assert.Equal(2, _journal.Entries.Count(entry => entry == "orchestrationTrigger Greeting no-http"));
    }

    [Fact]
    public async Task Run_GetInputInsteadOfParameter_ReadsTheSameInput()
    {
        await using var app = await StartAsync(typeof(StartGreeting), typeof(GetGreeting), typeof(GreetingByGetInput), typeof(Greet));

        await app.Http.PostAsync("/greetings/get-input?name=Bob&orchestrator=GreetingByGetInput", content: null);

        Assert.Contains("hello Bob", await EndOfAsync(app, "get-input"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchOrchestrator")]
    [InlineData("CallsUnknown")]
    public async Task Run_NameThatDoesNotExist_FailsTheInstance(string orchestrator)
    {
        await using var app = await StartAsync(typeof(StartGreeting), typeof(GetGreeting), typeof(CallsUnknown));

        var started = await app.Http.PostAsync($"/greetings/unknown?name=x&orchestrator={orchestrator}", content: null);

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.StartsWith("Failed", await EndOfAsync(app, "unknown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MiddlewareAwaitsBeforeAnOrchestrator_FailsTheInstance()
    {
        await using var app = await StartAsync(
            builder => builder.UseMiddleware(async (context, next) =>
            {
                if (context.FunctionDefinition.Name == nameof(Greeting)) await Task.Delay(1);
                await next();
            }),
            typeof(StartGreeting), typeof(GetGreeting), typeof(Greeting), typeof(Greet));

        await app.Http.PostAsync("/greetings/awaiting?name=x", content: null);

        Assert.StartsWith("Failed", await EndOfAsync(app, "awaiting"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ActivityIsRunning_ItIsToldAndRunsAgainAfterTheNextStart()
    {
        Type[] functions = [typeof(StartGreeting), typeof(GetGreeting), typeof(Stubborn), typeof(Hang)];
        await using (var app = await StartAsync(functions))
        {
            await app.Http.PostAsync("/greetings/again?name=x&orchestrator=Stubborn", content: null);
            await WaitFor.Async(() => _journal.Entries.Contains("Hang 1"));
        }
        Assert.Contains("told", _journal.Entries);

        await using var second = await StartAsync(functions);

        Assert.Equal("Completed \"done\"", await EndOfAsync(second, "again"));
        Assert.Equal(1, _journal.Entries.Count(entry => entry == "Hang 2"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<FunctionsApp> StartAsync(params Type[] functions) => StartAsync(_ => { }, functions);

    private Task<FunctionsApp> StartAsync(Action<FunctionsApplicationBuilder> configure, params Type[] functions) => FunctionsApp.StartInAsync(
        _folder,
        builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            builder.Services.AddSingleton(_journal);
            builder.Services.Configure<WorkerOptions>(options => options.Serializer = new JsonObjectSerializer(new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                Converters = { new JsonStringEnumConverter() },
            }));
            builder.UseMiddleware((context, next) =>
            {
                var trigger = context.FunctionDefinition.InputBindings.Values.First(binding => binding.Type.EndsWith("Trigger", StringComparison.Ordinal)).Type;
                _journal.Add($"{trigger} {context.FunctionDefinition.Name} {(context.GetHttpContext() is null ? "no-http" : "http")}");
                return next();
            });
            configure(builder);
        },
        functions);

    private static async Task<string> EndOfAsync(FunctionsApp app, string id)
    {
        var status = "";
        await WaitFor.Async(async () =>
        {
            status = await app.Http.GetStringAsync($"/greetings/{id}");
            return !status.StartsWith("Pending", StringComparison.Ordinal) && !status.StartsWith("Running", StringComparison.Ordinal);
        });
        return status;
    }

    internal sealed class Journal
    {
        private readonly ConcurrentQueue<string> _entries = new();

        public IReadOnlyCollection<string> Entries => _entries;

        public void Add(string entry) => _entries.Enqueue(entry);

        public int Times(string entry) => _entries.Count(other => other.StartsWith(entry, StringComparison.Ordinal));
    }

    internal enum Mood
    {
        Cool,
        Warm,
    }

    internal sealed record Name(string Text);

    internal sealed record Card(string Text, Mood Mood);

    internal sealed class StartGreeting
    {
        [Function(nameof(StartGreeting))]
        public async Task<IResult> Run(
            [HttpTrigger("post", Route = "greetings/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client)
        {
            var orchestrator = request.Query["orchestrator"].FirstOrDefault() ?? nameof(Greeting);
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, new Name(request.Query["name"]!), new StartOrchestrationOptions(id));
            return TypedResults.Accepted($"/greetings/{id}");
        }
    }

    internal sealed class GetGreeting
    {
        [Function(nameof(GetGreeting))]
        public async Task<IResult> Run(
            [HttpTrigger("get", Route = "greetings/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client)
        {
            var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true);
            return TypedResults.Text($"{instance!.RuntimeStatus} {instance.SerializedOutput}");
        }
    }

    internal static class Greeting
    {
        [Function(nameof(Greeting))]
        public static async Task<Card> Run([OrchestrationTrigger] TaskOrchestrationContext context, Name input) =>
            await context.CallActivityAsync<Card>(nameof(Greet), input);
    }

    internal static class GreetingByGetInput
    {
        [Function(nameof(GreetingByGetInput))]
        public static async Task<Card> Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<Card>(nameof(Greet), context.GetInput<Name>());
    }

    internal static class CallsUnknown
    {
        [Function(nameof(CallsUnknown))]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("NoSuchActivity");
    }

    internal sealed class Greet(Journal journal)
    {
        [Function(nameof(Greet))]
        public Card Run([ActivityTrigger] Name name, string instanceId, FunctionContext context, CancellationToken cancellation)
        {
            Assert.True(cancellation.CanBeCanceled);
            Assert.Equal(instanceId, context.BindingContext.BindingData["instanceId"]);
            journal.Add(nameof(Greet));
            return new Card($"hello {name.Text} from {instanceId}", Mood.Warm);
        }
    }

    internal static class Stubborn
    {
        [Function(nameof(Stubborn))]
        public static Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>(nameof(Hang));
    }

    internal sealed class Hang(Journal journal)
    {
        [Function(nameof(Hang))]
        public async Task<string> Run([ActivityTrigger] object? nothing, CancellationToken cancellation)
        {
            var attempt = journal.Times("Hang ") + 1;
            journal.Add($"Hang {attempt}");
            if (attempt > 1) return "done";

            var told = new TaskCompletionSource();
            await using var registration = cancellation.Register(told.SetResult);
            await told.Task;
            journal.Add("told");
            throw new HttpRequestException("the connection went away with the host");
        }
    }
}
