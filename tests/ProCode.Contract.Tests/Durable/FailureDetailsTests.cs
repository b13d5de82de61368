using System.Reflection;
using System.Reflection.Emit;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>What is kept of an exception, and how its type is found again by its name.</summary>
public sealed class FailureDetailsTests
{
    [Fact]
    public void IsCausedBy_SeveralTypesOfThatName_IsAmbiguous()
    {
        const string Name = "Ambiguous.OfSeveral";
        _ = new[] { Define("one", Name, typeof(Exception)), Define("two", Name, typeof(Exception)) };

        Assert.Throws<AmbiguousMatchException>(() => Of(Name).IsCausedBy<IOException>());
    }

    [Fact]
    public void IsCausedBy_SeveralTypesOfThatName_TheOneBesideTheTargetCounts()
    {
        const string Name = "Ambiguous.BesideTheTarget";
        _ = Define("other", Name, typeof(Exception));
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"{Name}.target"), AssemblyBuilderAccess.Run).DefineDynamicModule("main");
        var target = assembly.DefineType("Ambiguous.Target", TypeAttributes.Public, typeof(Exception)).CreateType();
        _ = assembly.DefineType(Name, TypeAttributes.Public, target).CreateType();

        Assert.True(Of(Name).IsCausedBy(target));
    }

    [Fact]
    public void IsCausedBy_WithoutATypeName_IsFalse() => Assert.False(Of("").IsCausedBy<Exception>());

    [Fact]
    public void IsCausedBy_TypeOfTheCallersOwn_IsFoundByItsName()
    {
        Assert.True(Of(typeof(OwnException).ToString()).IsCausedBy<Exception>());
        Assert.True(Of(typeof(OwnException).ToString()).IsCausedBy<ArgumentException>());
    }

    [Fact]
    public void FromException_WithInnerOnes_KeepsTypesAndMessages()
    {
        var details = TaskFailureDetails.FromException(new InvalidOperationException("outer", new OwnException("inner")));

        Assert.Equal("System.InvalidOperationException: outer", details.ToString());
        Assert.Equal($"{typeof(OwnException)}: inner", details.InnerFailure?.ToString());
        Assert.Null(details.InnerFailure?.InnerFailure);
    }

    [Fact]
    public async Task CallSubOrchestrator_ActivityOfTheChildFails_EachLevelWrapsTheOneBelow()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new OwnException("deep")))
            .AddOrchestratorFunc("child", context => context.CallActivityAsync("fail"))
            .AddOrchestratorFunc("parent", context => context.CallSubOrchestratorAsync("child")));

        var ended = await host.RunAsync("parent");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        var child = ended.FailureDetails?.InnerFailure;
        Assert.Equal(typeof(TaskFailedException).FullName, ended.FailureDetails?.ErrorType);
        Assert.Equal(typeof(TaskFailedException).FullName, child?.ErrorType);
        Assert.Equal($"{typeof(OwnException)}: deep", child?.InnerFailure?.ToString());
        Assert.True(child?.InnerFailure?.IsCausedBy<ArgumentException>());
    }

    private static TaskFailureDetails Of(string type) => new(type, "message", null, null, null);

    private static Type Define(string assembly, string name, Type parent) => AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName($"{name}.{assembly}"), AssemblyBuilderAccess.Run)
        .DefineDynamicModule("main")
        .DefineType(name, TypeAttributes.Public, parent)
        .CreateType();

    private sealed class OwnException(string message) : ArgumentException(message);
}
