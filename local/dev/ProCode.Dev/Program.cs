using System.CommandLine;
using ProCode.Dev;
using ProCode.Dev.Commands;

var root = new RootCommand("ProCode's own command line: ./dev <command>")
{
    DemoCommand.Create(), TestCommand.Create(), UpCommand.Create(), BenchCommand.Create(), HistoryCommand.Create(), MutationsCommand.Create(),
};
root.Add(HelpCommand.Create(root));

try
{
    // Ctrl-C and SIGTERM cancel the command; stopping the app and Azurite takes its time.
    var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60), EnableDefaultExceptionHandler = false };
    return await root.Parse(args.Length == 0 ? ["help"] : args).InvokeAsync(configuration);
}
catch (DevException e)
{
    Console.Error.WriteLine($"dev: {e.Message}");
    return 1;
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine($"dev: {e}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("dev: interrupted");
    return 130;
}
