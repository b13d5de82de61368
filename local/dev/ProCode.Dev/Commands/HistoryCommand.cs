using System.CommandLine;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev history</c>: what an orchestration of a local stack did, as the tests of orchestrators replay it.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var instance = new Argument<string>("instance") { Description = "The id, such as pipeline-1-run-1." };
        var data = new Option<string>("--data") { Description = "Where ./dev up keeps everything.", HelpName = ".procode", DefaultValueFactory = _ => ".procode" };
        var command = new Command("history", "Print what an orchestration did, as JSON; the app may be running.") { instance, data };
        command.SetAction(parsed =>
        {
            Console.Write(Read(Path.GetFullPath(parsed.GetValue(data)!, Checkout.Root), parsed.GetValue(instance)!));
            return 0;
        });
        return command;
    }

    /// <summary>The history as text; a <see cref="DevException"/> says why there is none.</summary>
    public static string Read(string data, string instance)
    {
        try
        {
            var file = Path.Combine(data, "durable", "durable.db");
            return HistoryExport.Read(file, instance)?.ToJson() ?? throw new DevException($"There is no instance '{instance}' in {file}.");
        }
        catch (DurableFileException e)
        {
            throw new DevException(e.Message);
        }
    }
}
