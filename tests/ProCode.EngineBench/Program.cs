using System.Globalization;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ProCode.EngineBench;

// Every mode is a process of its own; samples go to stdout, a line each (Sample).
switch (args)
{
    case ["engine", var folder, var rounds]:
        await new EngineRounds(folder).RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    case ["waiting", var folder]:
        await WaitingInstances.MeasureAsync(folder);
        return 0;
    case ["serve", ..]:
        var builder = FunctionsApplication.CreateBuilder(args[1..]);
        builder.ConfigureFunctionsWebApplication();
        await builder.Build().RunAsync();
        return 0;
    case ["get", var url, var rounds]:
        await GetLoad.RunAsync(new Uri(url), int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("ProCode.EngineBench engine FOLDER ROUNDS | waiting FOLDER | serve | get URL ROUNDS");
        return 2;
}
