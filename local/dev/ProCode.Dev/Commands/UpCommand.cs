using System.CommandLine;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev up</c>: the whole of ProCode on this machine, in the foreground.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The API's port on 127.0.0.1; 0 takes a free one.", HelpName = "7071", DefaultValueFactory = _ => 7071 };
        var data = new Option<string>("--data") { Description = "Where everything is kept.", HelpName = ".procode", DefaultValueFactory = _ => ".procode" };
        port.Validators.Add(result =>
        {
            if (result.GetValue(port) is < 0 or > 65535)
            {
                result.AddError("--port is a number from 0 to 65535.");
            }
        });
        var command = new Command("up", "Run Azurite and the app in the foreground until Ctrl-C.") { port, data };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(port), parsed.GetValue(data)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int port, string data, CancellationToken cancellation)
    {
        if (port != 0)
        {
            Ports.RequireFree(port);
        }

        await Setup.BuildAppAsync("debug", Console.WriteLine, cancellation);
        data = Path.GetFullPath(data, Checkout.Root);
        var options = new LocalStackOptions { DataPath = data, Port = port, OnLine = Console.WriteLine };
        await Setup.EnsureBaseImageAsync(Path.Combine(data, "base"), Console.WriteLine, cancellation);
        await using var stack = await LocalStack.StartAsync(options, cancellation);
        if (stack.AdminKey.IsNew)
        {
            Console.WriteLine($"An API key with all permissions was written to {Path.Combine(data, "admin.key")}");
        }

        Console.WriteLine($"ProCode ready: {new Uri(stack.App.BaseUrl, "/api/v1")}");
        try
        {
            var code = await stack.App.Exited.WaitAsync(cancellation);
            throw new DevException($"The app ended by itself, with {code}.");
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopping.");
            await stack.App.StopAsync();
            if (AgentProcesses.Find(stack.DeploymentsPath).Count is var agents and > 0)
            {
                Console.WriteLine($"{agents} deployed agent processes go on; the next ./dev up on this data finds them.");
            }

            return 0;
        }
    }
}
