using Spectre.Console;

namespace ProCode.Dev;

/// <summary>Where the commands write to.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 200;

    /// <summary>Colours and live displays on a terminal; plain, unbroken lines into files and pipes.</summary>
    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
