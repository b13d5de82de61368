using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class LoadProblemTests
{
    [Theory]
    [InlineData(typeof(UnknownParameter), "parameter 'query' of type System.String can't be bound")]
    [InlineData(typeof(UnbindableKind), "parameter 'when' of type System.DayOfWeek can't be bound")]
    [InlineData(typeof(NotPublic), "the method must be public")]
    [InlineData(typeof(SameNames), "another function has this name")]
    [InlineData(typeof(Overloaded), "several methods named Run")]
    [InlineData(typeof(BadSchedule), "'61' is not a valid second")]
    [InlineData(typeof(MissingSetting), "the setting 'Cleanup' of its schedule is missing")]
    [InlineData(typeof(WrongContext), "must be a TaskOrchestrationContext")]
    [InlineData(typeof(BadName), "a name starts with a letter")]
    [InlineData(typeof(NoTrigger), "must have one trigger, and has 0")]
    public void Build_FunctionThatCannotRun_IsRefusedWithTheReason(Type functions, string reason) =>
        Assert.Contains(reason, FunctionsApp.Refusal(functions), StringComparison.Ordinal);

    [Fact]
    public void Build_HttpFunctionsWithoutAspNet_AreRefused()
    {
        var folder = Directory.CreateTempSubdirectory("procode-host-").FullName;
        var builder = FunctionsApp.Builder(folder, typeof(RoutingTests.Items));

        var refusal = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Contains("builder.ConfigureFunctionsWebApplication()", refusal.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    internal sealed class UnknownParameter
    {
        [Function("F")]
        public void Run([HttpTrigger("get", Route = "f/{id}")] HttpRequest request, string query)
        {
        }
    }

    internal sealed class UnbindableKind
    {
        [Function("F")]
        public void Run([HttpTrigger("get", Route = "f/{when}")] HttpRequest request, DayOfWeek when)
        {
        }
    }

    internal sealed class NotPublic
    {
        [Function("F")]
        internal void Run([HttpTrigger("get")] HttpRequest request)
        {
        }
    }

    internal sealed class SameNames
    {
        [Function("F")]
        public void First([HttpTrigger("get", Route = "a")] HttpRequest request)
        {
        }

        [Function("f")]
        public void Second([HttpTrigger("get", Route = "b")] HttpRequest request)
        {
        }
    }

    internal sealed class Overloaded
    {
        [Function("F")]
        public void Run([HttpTrigger("get")] HttpRequest request)
        {
        }

        public void Run()
        {
        }
    }

    internal sealed class BadSchedule
    {
        [Function("F")]
        public void Run([TimerTrigger("61 * * * * *")] TimerInfo timer)
        {
        }
    }

    internal sealed class MissingSetting
    {
        [Function("F")]
        public void Run([TimerTrigger("%Cleanup%")] TimerInfo timer)
        {
        }
    }

    internal static class WrongContext
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] string context) => Task.CompletedTask;
    }

    internal sealed class BadName
    {
        [Function("1st")]
        public void Run([HttpTrigger("get")] HttpRequest request)
        {
        }
    }

    internal sealed class NoTrigger
    {
        [Function("F")]
        public void Run(TaskOrchestrationContext context)
        {
        }
    }
}
