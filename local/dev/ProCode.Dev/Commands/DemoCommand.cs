using System.CommandLine;
using System.Security.Cryptography;
using ProCode.Dev.Demo;
using Spectre.Console;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev demo</c>: sets up, shows the main job from git tag to answering agent, and leaves nothing behind.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Show the main job for real: release an agent, call it, survive a kill -9.");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var console = Terminal.Open();
        var steps = new StepLog(console);
        var data = Directory.CreateTempSubdirectory("procode-demo-").FullName;
        try
        {
            var baseImages = Checkout.PathOf("artifacts/local/dev/base");
            await steps.RunAsync("Set up", async () =>
            {
                await AzuriteInstallation.EnsureAsync(cancellation);
                await Setup.BuildAppAsync("debug", line => steps.Say("set-up", line), cancellation);
                await Setup.EnsureBaseImageAsync(baseImages, line => steps.Say("base image", line), cancellation);
                return 0;
            });
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            await using var git = await GitServer.StartAsync(Path.Combine(data, "git"), "demo", password, cancellation);
            await using var stack = await steps.RunAsync("Start Azurite and the app", () => LocalStack.StartAsync(OptionsFor(data, baseImages), cancellation));
            steps.Say("API", new Uri(stack.App.BaseUrl, "/api/v1"));

            await new DemoRun(stack, git, "demo", password, steps, new StageDisplay(console, TimeProvider.System)).RunAsync(cancellation);
        }
        finally
        {
            await AgentProcesses.StopAsync(data, CancellationToken.None);
            Directory.Delete(data, recursive: true);
        }

        steps.ShowTimes();
        console.MarkupLine("[green]The demo went through; everything it started has been stopped.[/]");
        return 0;
    }

    // The kill may take the deployment's callback with it, and the poll then finds the result: sooner than after the usual 30 s.
    private static LocalStackOptions OptionsFor(string data, string baseImages) => new()
    {
        DataPath = data,
        BaseImagesPath = baseImages,
        Environment = new Dictionary<string, string?> { ["Pipelines__DeployPollInterval"] = "00:00:02" },
    };
}
