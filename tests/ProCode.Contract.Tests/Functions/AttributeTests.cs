using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ProCode.Contract.Tests.Functions;

public sealed class AttributeTests
{
    [Fact]
    public void HttpTrigger_WithoutArguments_AsksForAFunctionKeyAndTakesEveryMethod()
    {
        var trigger = new HttpTriggerAttribute();

        Assert.Equal(AuthorizationLevel.Function, trigger.AuthLevel);
        Assert.Null(trigger.Methods);
        Assert.Null(trigger.Route);
    }

    [Fact]
    public void HttpTrigger_WithMethodsOnly_IsAnonymous()
    {
        var trigger = new HttpTriggerAttribute("get", "post") { Route = "apps/{id:long}" };

        Assert.Equal(AuthorizationLevel.Anonymous, trigger.AuthLevel);
        Assert.Equal(["get", "post"], trigger.Methods!);
    }

    [Fact]
    public void TimerTrigger_ByDefault_IsMonitoredAndDoesNotRunAtStart()
    {
        var trigger = new TimerTriggerAttribute("0 */5 * * * *");

        Assert.True(trigger.UseMonitor);
        Assert.False(trigger.RunOnStartup);
        Assert.Equal("0 */5 * * * *", trigger.Schedule);
    }

    [Fact]
    public void Function_OnMethods_IsFoundWithItsTriggers()
    {
        var method = typeof(Sample).GetMethod(nameof(Sample.Run))!;

        Assert.Equal(nameof(Sample), method.GetCustomAttribute<FunctionAttribute>()!.Name);
        Assert.NotNull(method.GetParameters()[0].GetCustomAttribute<OrchestrationTriggerAttribute>());
    }

    private static class Sample
    {
        [Function(nameof(Sample))]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => Task.CompletedTask;
    }
}
