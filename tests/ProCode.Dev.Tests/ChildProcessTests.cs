using System.Diagnostics;

namespace ProCode.Dev.Tests;

/// <summary>A child never outlives us, and ends as it is told to.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Start_Program_RunsUnderTheReportedIdInASessionOfItsOwn()
    {
        var line = new TaskCompletionSource<string>();
        await using var child = ChildProcess.Start(["sh", "-c", "echo $$ $(ps -o sid= -p $$); sleep 600"], onLine: text => line.TrySetResult(text));

        var ids = (await line.Task.WaitAsync(_patience)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([$"{child.Id}", $"{child.Id}"], ids);
        child.Kill();
    }

    [Fact]
    public async Task StopAsync_ProgramThatHandlesTheSignal_EndsWithItsOwnExitCode()
    {
        var ready = new TaskCompletionSource();
        await using var child = ChildProcess.Start(["sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"], onLine: _ => ready.TrySetResult());
        await ready.Task.WaitAsync(_patience);

        await child.StopAsync(_patience);

        Assert.Equal(7, await child.Exited);
    }

    [Fact]
    public async Task StopAsync_ProgramThatIgnoresTheSignal_IsKilled()
    {
        var ready = new TaskCompletionSource();
        await using var child = ChildProcess.Start(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"], onLine: _ => ready.TrySetResult());
        await ready.Task.WaitAsync(_patience);

        await child.StopAsync(TimeSpan.FromMilliseconds(100));

        Assert.Equal(128 + 9, await child.Exited);
    }

    [Fact]
    public async Task Exited_ProgramThatEnds_HasTheCodeAndTheLastLines()
    {
        await using var child = ChildProcess.Start(["sh", "-c", "echo out; echo err >&2; exit 3"]);

        Assert.Equal(3, await child.Exited.WaitAsync(_patience));
        Assert.Equal(["err", "out"], child.LastLines.Split('\n').Order());
    }

    [Fact]
    public async Task Start_Environment_IsSetAndRemoved()
    {
        await using var child = ChildProcess.Start(
            ["sh", "-c", "echo \"${ADDED-none} ${HOME-none}\""], new Dictionary<string, string?> { ["ADDED"] = "yes", ["HOME"] = null });

        await child.Exited.WaitAsync(_patience);

        Assert.Equal("yes none", child.LastLines);
    }

    // Our death closes the pipe that the guard reads; closing it by hand is the same to the guard.
    [Fact]
    public async Task Guard_PipeClosed_KillsTheProgram()
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", ChildProcess.Launcher, "sleep", "sleep", "600"]) { RedirectStandardInput = true };
        using var process = Process.Start(start)!;

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(_patience);

        Assert.Equal(128 + 9, process.ExitCode);
    }
}
