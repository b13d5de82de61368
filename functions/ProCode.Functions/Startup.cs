using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ProCode.Functions;

/// <summary>Runs the host, and says in one line each which settings are wrong: a stack trace would bury them.</summary>
internal static class Startup
{
    private const int WrongSettings = 78; // EX_CONFIG of sysexits.h

    public static async Task<int> RunAsync(string[] args, Action<FunctionsApplicationBuilder> configure)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder(args);
            configure(builder);
            await builder.Build().RunAsync();
            return 0;
        }
        catch (Exception failure) when (WrongSettingsIn(failure) is { Count: > 0 } problems)
        {
            foreach (var problem in problems) await Console.Error.WriteLineAsync($"Setting refused: {problem}");
            return WrongSettings;
        }
    }

    private static List<string> WrongSettingsIn(Exception failure) => failure switch
    {
        OptionsValidationException wrong => [.. wrong.Failures],
        AggregateException many when many.InnerExceptions.All(inner => inner is OptionsValidationException) => [.. many.InnerExceptions.SelectMany(WrongSettingsIn)],
        _ => [],
    };
}
