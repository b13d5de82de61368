using System.CommandLine;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev help</c>: one line per command.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var command = new Command("help", "List the commands.");
        command.SetAction(_ =>
        {
            foreach (var each in root.Subcommands)
            {
                var arguments = each.Arguments.Select(argument => $" [{argument.Name}]")
                    .Concat(each.Options.Select(option => option.ValueType == typeof(bool) ? $" [{option.Name}]" : $" [{option.Name} {option.HelpName}]"));
                Console.WriteLine($"{"./dev " + each.Name + string.Concat(arguments),-46}{each.Description}");
            }
        });
        return command;
    }
}
