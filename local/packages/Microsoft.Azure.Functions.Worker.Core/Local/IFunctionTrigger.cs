using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Gives the value of one parameter in one invocation.</summary>
internal delegate ValueTask<object?> ParameterValue(LocalFunctionContext context);

/// <summary>Fills parameters of functions of any kind.</summary>
internal interface IParameterBinder
{
    /// <summary>Null when the parameter is not of this binder's kind; throws <see cref="FunctionLoadException"/> when it is, and can't work.</summary>
    ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter);
}

/// <summary>Runs functions of one kind of trigger.</summary>
internal interface IFunctionTrigger : IParameterBinder
{
    /// <summary>What parameters its functions can have, for people whose function was refused.</summary>
    string Parameters { get; }

    bool Handles(TriggerBindingAttribute trigger);

    /// <summary>Takes a function in, before the host starts; throws <see cref="FunctionLoadException"/> when it can't run.</summary>
    void Add(FunctionMethod function, FunctionRunner runner);
}

/// <summary>A part of the host that runs functions: it starts after the app's own services, before HTTP listens, and stops in the reverse order.</summary>
internal interface IFunctionRuntimeService : IHostedService;
