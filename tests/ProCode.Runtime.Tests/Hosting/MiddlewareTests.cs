using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProCode.Testing;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Use_InOrder_FirstIsOutermost()
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.UseMiddleware((context, next) => Trace(context, "before-http", next));
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware<Outer>();
                builder.UseMiddleware((context, next) => Trace(context, "inner", next));
                builder.UseWhen(_ => false, (context, next) => Trace(context, "never", next));
            },
            typeof(Target));

        var response = await app.Http.GetAsync("/target");

        Assert.Equal("outer>,inner>,function", await response.Content.ReadAsStringAsync());
        Assert.Equal("inner<,outer<", string.Join(',', response.Headers.GetValues("X-Trace")));
    }

    [Fact]
    public async Task Invoke_NextNotCalled_ResultOrWrittenResponseAnswers()
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware((context, next) =>
                {
                    var http = context.GetHttpContext()!;
                    if (http.Request.Query.ContainsKey("written")) return http.Response.WriteAsync("stopped");
                    context.GetInvocationResult().Value = TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
                    return Task.CompletedTask;
                });
            },
            typeof(Target));

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Http.GetAsync("/target")).StatusCode);
        Assert.Equal("stopped", await app.Http.GetStringAsync("/target?written"));
    }

    [Fact]
    public async Task Invoke_FunctionThrows_ExceptionComesUnwrapped()
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
                    catch (TimeoutException e)
                    {
                        context.GetInvocationResult().Value = TypedResults.Text(e.Message, statusCode: 504);
                    }
                });
            },
            typeof(Target));

        var response = await app.Http.GetAsync("/slow");

        Assert.Equal((HttpStatusCode.GatewayTimeout, "too slow"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Invoke_Definition_LeadsToTheMethod()
    {
        FunctionDefinition? seen = null;
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware((context, next) =>
                {
                    seen = context.FunctionDefinition;
                    return next();
                });
            },
            typeof(Target));

        await app.Http.GetAsync("/target");

        Assert.Equal("ProCode.Runtime.Tests.Hosting.MiddlewareTests+Target.Run", seen!.EntryPoint);
        Assert.Equal(typeof(Target).Assembly.Location, seen.PathToAssembly);
        Assert.Equal(["request", "context"], seen.Parameters.Select(parameter => parameter.Name));
        Assert.Equal("httpTrigger", seen.InputBindings["request"].Type);
        Assert.Equal("http", seen.OutputBindings["$return"].Type);
    }

    [Fact]
    public async Task Invoke_Timer_SeesNoHttpContext()
    {
        var seen = new TaskCompletionSource<(string Name, bool HasHttp, bool HasResult)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware(async (context, next) =>
                {
                    await next();
                    seen.SetResult((context.FunctionDefinition.Name, context.GetHttpContext() is not null, context.GetInvocationResult().Value is not null));
                });
            },
            typeof(AtStart));

        Assert.Equal(("AtStart", false, false), await seen.Task.WaitAsync(WaitFor.Deadline));
    }

    [Fact]
    public async Task Invoke_Twice_ItemsAreOfOneInvocation()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Target));

        Assert.Equal("function", await app.Http.GetStringAsync("/target"));
        Assert.Equal("function", await app.Http.GetStringAsync("/target"));
    }

    [Fact]
    public async Task Invoke_EachRequest_HasAScopeOfItsOwn()
    {
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddScoped<Scoped>();
            },
            typeof(ScopedTarget));

        var first = await app.Http.GetStringAsync("/scoped");
        var second = await app.Http.GetStringAsync("/scoped");

        Assert.Equal("same", first[..4]);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Use_AfterBuild_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("procode-host-").FullName;
        var builder = FunctionsApp.Builder(folder);
        using (builder.Build())
        {
            Assert.Throws<InvalidOperationException>(builder.Build);
            Assert.Throws<InvalidOperationException>(() => builder.UseMiddleware((_, next) => next()));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Trace(FunctionContext context, string name, Func<Task> next)
    {
        if (context.GetHttpContext() is null) Assert.Equal("before-http", name);
        else Note(context, name + ">");
        await next();
        if (name != "before-http") context.GetHttpContext()!.Response.Headers.Append("X-Trace", name + "<");
    }

    private static void Note(FunctionContext context, string what) =>
        context.Items["trace"] = context.Items.TryGetValue("trace", out var earlier) ? $"{earlier},{what}" : what;

    internal sealed class Outer : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) => Trace(context, "outer", () => next(context));
    }

    internal sealed class Scoped
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    internal sealed class Target
    {
        [Function("Target")]
        public IResult Run([HttpTrigger("get", Route = "target")] HttpRequest request, FunctionContext context)
        {
            Note(context, "function");
            return TypedResults.Text((string)context.Items["trace"]);
        }

        [Function("Slow")]
        public IResult Slow([HttpTrigger("get", Route = "slow")] HttpRequest request) => throw new TimeoutException("too slow");
    }

    internal sealed class AtStart
    {
        [Function("AtStart")]
        public void Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer)
        {
        }
    }

    internal sealed class ScopedTarget(Scoped scoped)
    {
        [Function("Scoped")]
        public IResult Run([HttpTrigger("get", Route = "scoped")] HttpRequest request, FunctionContext context) => TypedResults.Text(
            (context.InstanceServices.GetRequiredService<Scoped>() == scoped
            && request.HttpContext.RequestServices.GetRequiredService<Scoped>() == scoped ? "same " : "other ") + scoped.Id);
    }
}
