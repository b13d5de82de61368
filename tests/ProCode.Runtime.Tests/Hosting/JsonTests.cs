using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>The three sets of JSON options of an app, and what comes of bodies that are none.</summary>
public sealed class JsonTests
{
    private const string Camel = """{"fullName":"Ada","mood":1}""";
    private const string Pascal = """{"FullName":"Ada","Mood":1}""";
    private const string Own = """{"full_name":"Ada","mood":"Warm"}""";

    [Fact]
    public async Task Write_ByDefault_IsCamelCaseInHttpAndPascalCaseInDurableAndEnumsAreNumbers()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(People));

        Assert.Equal((Camel, Camel, Pascal), await AnswersAsync(app));
    }

    // One set of options in one place only: the other two stay as they are.
    [Theory]
    [InlineData("http", Own, Camel, Pascal)]
    [InlineData("mvc", Camel, Own, Pascal)]
    [InlineData("worker", Camel, Camel, Own)]
    public async Task Write_OptionsInOnePlace_HoldThereOnly(string place, string result, string actionResult, string durable)
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                if (place == "http") builder.Services.ConfigureHttpJsonOptions(options => Change(options.SerializerOptions));
                if (place == "mvc") builder.Services.Configure<JsonOptions>(options => Change(options.JsonSerializerOptions));
                if (place == "worker") builder.Services.Configure<WorkerOptions>(options => options.Serializer = new JsonObjectSerializer(Change(new JsonSerializerOptions())));
            },
            typeof(People));

        Assert.Equal((result, actionResult, durable), await AnswersAsync(app));
    }

    [Theory]
    [InlineData("http", "/read")]
    [InlineData("mvc", "/bound")]
    public async Task Read_OptionsOfThatPlace_AreFollowed(string place, string path)
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                if (place == "http") builder.Services.ConfigureHttpJsonOptions(options => Change(options.SerializerOptions));
                else builder.Services.Configure<JsonOptions>(options => Change(options.JsonSerializerOptions));
            },
            typeof(People));

        Assert.Equal("Ada Warm", await PostAsync(app, path, Own, "application/json"));
    }

    [Theory]
    [InlineData("/read", "{\"fullName\":", "application/json", nameof(JsonException))]
    [InlineData("/read", "", "application/json", nameof(JsonException))]
    [InlineData("/read", Camel, "text/plain", nameof(InvalidOperationException))]
    [InlineData("/bound", "{\"fullName\":", "application/json", nameof(InvalidOperationException))]
    [InlineData("/bound", "", "application/json", nameof(InvalidOperationException))]
    [InlineData("/bound", Camel, "text/plain", nameof(InvalidOperationException))]
    [InlineData("/bound", Camel, "application/vnd.procode+json", "Ada Warm")]
    public async Task Read_BodyThatIsNoJson_ReachesMiddlewareAsItsException(string path, string body, string contentType, string expected)
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware(async (context, next) =>
                {
                    try
                    {
                        await next();
                    }
                    catch (Exception e)
                    {
                        context.GetInvocationResult().Value = TypedResults.Text(e.GetType().Name);
                    }
                });
            },
            typeof(People));

        Assert.Equal(expected, await PostAsync(app, path, body, contentType));
    }

    private static JsonSerializerOptions Change(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter());
        return options;
    }

    private static async Task<(string Result, string ActionResult, string Durable)> AnswersAsync(FunctionsApp app) =>
        (await app.Http.GetStringAsync("/result"), await app.Http.GetStringAsync("/action-result"), await app.Http.GetStringAsync("/durable"));

    private static async Task<string> PostAsync(FunctionsApp app, string path, string body, string contentType)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue(contentType));
        using var response = await app.Http.PostAsync(path, content);
        return await response.Content.ReadAsStringAsync();
    }

    internal enum Mood
    {
        Cool = 0,
        Warm = 1,
    }

    internal sealed record Person(string FullName, Mood Mood);

    internal sealed class People
    {
        private static readonly Person Ada = new("Ada", Mood.Warm);

        [Function("Result")]
        public IResult Result([HttpTrigger("get", Route = "result")] HttpRequest request) => TypedResults.Ok(Ada);

        [Function("ActionResult")]
        public IActionResult ActionResult([HttpTrigger("get", Route = "action-result")] HttpRequest request) => new OkObjectResult(Ada);

        [Function("Durable")]
        public async Task<IResult> Durable([HttpTrigger("get", Route = "durable")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Introduce", cancellation);
            var end = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
            return TypedResults.Text(end.SerializedOutput);
        }

        [Function("Introduce")]
        public static Person Introduce([OrchestrationTrigger] TaskOrchestrationContext context) => Ada;

        [Function("Read")]
        public async Task<IResult> Read([HttpTrigger("post", Route = "read")] HttpRequest request)
        {
            var person = await request.ReadFromJsonAsync<Person>();
            return TypedResults.Text($"{person!.FullName} {person.Mood}");
        }

        [Function("Bound")]
        public IResult Bound([HttpTrigger("post", Route = "bound")] HttpRequest request, [FromBody] Person person) =>
            TypedResults.Text($"{person.FullName} {person.Mood}");
    }
}
