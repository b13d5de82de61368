using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>What the host tells of itself.</summary>
public sealed class AdminTests
{
    [Fact]
    public async Task Ping_GetAndPost_IsEmptyAndOk()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Several));

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using var response = await app.Http.SendAsync(new HttpRequestMessage(method, "/admin/host/ping"));
            Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
            Assert.True(response.Headers.CacheControl!.NoStore);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.DeleteAsync("/admin/host/ping")).StatusCode);
    }

    [Fact]
    public async Task Status_Running_HasTheHostsKeys()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Several));

        var status = await GetAsync(app, "/admin/host/status");

        Assert.Equal(
            ["id", "state", "version", "versionDetails", "platformVersion", "instanceId", "computerName", "processUptime", "functionAppContentEditingState"],
            status.AsObject().Select(property => property.Key));
        Assert.Equal(("Running", '4'), ((string?)status["state"], ((string)status["version"]!)[0]));
        Assert.True((long)status["processUptime"]! > 0);
    }

    [Fact]
    public async Task Functions_All_AreListedByName()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Several));

        var all = (await GetAsync(app, "/admin/functions")).AsArray();

        Assert.Equal(["Begin", "Order", "Step", "Tick"], all.Select(function => (string?)function!["name"]));
    }

    [Fact]
    public async Task Function_WithHttpTrigger_IsDescribedLikeInFunctionJson()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Several));
        var address = app.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        var function = await GetAsync(app, "/admin/functions/begin");

        Assert.Equal(
            [
                "name", "script_root_path_href", "script_href", "config_href", "test_data_href", "href", "invoke_url_template", "language", "config", "files",
                "test_data", "isDisabled", "isDirect", "isProxy",
            ],
            function.AsObject().Select(property => property.Key));
        Assert.Equal(($"{address}/admin/functions/Begin", $"{address}/begin/{{id:int}}"), ((string?)function["href"], (string?)function["invoke_url_template"]));
        Assert.Equal(
            """
            [{"name":"request","type":"httpTrigger","direction":"In","route":"begin/{id:int}","methods":["get","post"],"authLevel":"Anonymous"},
            {"name":"client","type":"durableClient","direction":"In"},{"name":"$return","type":"http","direction":"Out"}]
            """.ReplaceLineEndings(""),
            function["config"]!["bindings"]!.ToJsonString());
    }

    [Fact]
    public async Task Function_Unknown_Is404()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Several));

        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/admin/functions/Nobody")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/admin/host/keys")).StatusCode);
    }

    [Theory]
    [InlineData("AzureWebJobs.Begin.Disabled", "true", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs:begin:Disabled", "1", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs.Begin.Disabled", "false", HttpStatusCode.OK)]
    public async Task Get_FunctionIsSwitchedOffBySetting_Is404AndListed(string setting, string value, HttpStatusCode expected)
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Configuration[setting] = value;
            },
            typeof(Several));

        Assert.Equal(expected, (await app.Http.GetAsync("/begin/1")).StatusCode);
        Assert.Equal(expected == HttpStatusCode.NotFound, (bool)(await GetAsync(app, "/admin/functions/Begin"))["isDisabled"]!);
    }

    private static async Task<JsonNode> GetAsync(FunctionsApp app, string path) => JsonNode.Parse(await app.Http.GetStringAsync(path))!;

    internal sealed class Several
    {
        [Function("Begin")]
        public IResult Begin(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "begin/{id:int}")] HttpRequest request, int id, [DurableClient] DurableTaskClient client) =>
            TypedResults.Ok();

        [Function("Order")]
        public static Task Order([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Step", "x");

        [Function("Step")]
        public string Step([ActivityTrigger] string input) => input;

        [Function("Tick")]
        public void Tick([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer)
        {
        }
    }
}
