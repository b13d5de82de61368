using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProCode.Contract.Tests.Functions;

public sealed class FunctionsApplicationBuilderTests
{
    [Fact]
    public void CreateBuilder_Arguments_AreSettings()
    {
        var builder = FunctionsApplication.CreateBuilder(["--Storage:TableEndpoint=http://127.0.0.1:1"]);

        Assert.Equal("http://127.0.0.1:1", builder.Configuration["Storage:TableEndpoint"]);
        Assert.Same(builder.Configuration, ((IHostApplicationBuilder)builder).Configuration);
    }

    [Fact]
    public void Serializer_ByDefault_KeepsNamesAndReadsThemInAnyCase()
    {
        var serializer = Options(_ => { }).Serializer!;

        Assert.Equal("""{"AppId":7}""", serializer.Serialize(new Payload(7)).ToString());
        Assert.Equal(new Payload(7), serializer.Deserialize(new MemoryStream("""{"appid":7}"""u8.ToArray()), typeof(Payload), CancellationToken.None));
    }

    [Fact]
    public void Serializer_Configured_IsTheOneGiven()
    {
        var own = new JsonObjectSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

        Assert.Same(own, Options(builder => builder.Services.Configure<WorkerOptions>(options => options.Serializer = own)).Serializer);
    }

    [Fact]
    public void UseMiddleware_OfAType_RegistersOneInstance()
    {
        var builder = FunctionsApplication.CreateBuilder([]);

        builder.UseMiddleware<PassOn>();

        Assert.Equal(ServiceLifetime.Singleton, builder.Services.Single(service => service.ServiceType == typeof(PassOn)).Lifetime);
    }

    private static WorkerOptions Options(Action<FunctionsApplicationBuilder> configure)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        configure(builder);
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<WorkerOptions>>().Value;
    }

    private sealed record Payload(int AppId);

    private sealed class PassOn : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) => next(context);
    }
}
