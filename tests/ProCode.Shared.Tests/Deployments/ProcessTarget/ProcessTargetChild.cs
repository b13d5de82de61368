using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>A target in a process of its own, to be killed. The process is this test program, told to run the one explicit test here.</summary>
public sealed class ProcessTargetChild
{
    private const string RootVariable = "PROCODE_TEST_CHILD_ROOT";

    [Fact(Explicit = true)]
    public async Task Run()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is not { } root)
            return;
        var request = JsonSerializer.Deserialize<DeploymentRequest>(await File.ReadAllBytesAsync(Path.Combine(root, "request.json")))!;
        await using var target = new ProcessDeploymentTarget(
            new ProcessTargetOptions { ProcessPath = Path.Combine(root, "deployments") }, new AgentImages(Path.Combine(root, "images")).Reader,
            TimeProvider.System, NullLogger<ProcessDeploymentTarget>.Instance);
        await File.WriteAllTextAsync(Path.Combine(root, "creating"), "");
        await target.CreateAsync(request, default);
        await File.WriteAllTextAsync(Path.Combine(root, "created"), "");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Starts one that makes the deployment, waits until it is about to ("creating") or has ("created"), and a while longer, and kills it.</summary>
    internal static async Task KillAsync(string root, DeploymentRequest request, string moment, TimeSpan later)
    {
        File.Delete(Path.Combine(root, moment));
        await File.WriteAllBytesAsync(Path.Combine(root, "request.json"), JsonSerializer.SerializeToUtf8Bytes(request));
        using var child = Process.Start(new ProcessStartInfo("dotnet", [typeof(ProcessTargetChild).Assembly.Location, "-explicit", "only", "-method", $"{typeof(ProcessTargetChild).FullName}.{nameof(Run)}"])
        {
            Environment = { [RootVariable] = root, ["PROCODE_TEST_SECRET"] = "not for agents" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await ProcessTargetHarness.UntilAsync(() => File.Exists(Path.Combine(root, moment)) || child.HasExited);
            await Task.Delay(later);
        }
        finally
        {
            child.Kill(); // That process only: what it started goes on.
            await child.WaitForExitAsync();
        }
    }
}
