using System.Reflection;
using ProCode.PipelineBench;

if (args is ["tables"]) return await TablesServer.RunAsync();

// The app's own Main, with all that it composes; only what belongs to others is exchanged before the host is built.
using var exchange = ProductHost.WhenBuilding(OutsidePorts.Exchange);
return (int)Assembly.Load("ProCode.Functions").EntryPoint!.Invoke(null, [args])!;
