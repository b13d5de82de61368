using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a static function an orchestrator.</summary>
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
}

/// <summary>Makes a function an activity, and marks its input.</summary>
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
}

/// <summary>Fills a parameter with the client of the durable engine.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
}
