using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.Logging;
using ProCode.Local.Hosting.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs HTTP functions on the local host.</summary>
internal sealed class HttpTrigger(HttpFunctions functions, ILogger<HttpTrigger> log) : IFunctionTrigger
{
    public const string ContextItem = "HttpRequestContext";

    public string Parameters => "[HttpTrigger] HttpRequest, route values by name (text, numbers, bool, Guid, dates), [FromBody]";

    public bool Handles(TriggerBindingAttribute trigger) => trigger is HttpTriggerAttribute;

    public ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(HttpRequest)) return context => new ValueTask<object?>(((HttpContext)context.Trigger).Request);
        if (parameter.GetCustomAttribute<InputConverterAttribute>() is { } converter)
            return converter is FromBodyAttribute ? JsonBody.Reader(parameter.ParameterType) : null;
        if (parameter.IsDefined(typeof(BindingAttribute))) return null;

        var name = parameter.Name!;
        return IsInRoute(function, name) && RouteValue.Converter(parameter) is { } convert
            ? context => new ValueTask<object?>(convert(((HttpContext)context.Trigger).Request.RouteValues[name]))
            : null;
    }

    public void Add(FunctionMethod function, FunctionRunner runner)
    {
        var trigger = (HttpTriggerAttribute)function.Trigger;
        functions.All.Add(new HttpFunction(function.Name, trigger.Route, trigger.Methods ?? [], http => RunAsync(function.Name, runner, http)));
    }

    private async Task RunAsync(string function, FunctionRunner runner, HttpContext http)
    {
        try
        {
            await runner.RunAsync(http, http.Request.RouteValues, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception e)
        {
            HttpTriggerLog.Failed(log, function, e);
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static bool IsInRoute(FunctionMethod function, string name)
    {
        var route = ((HttpTriggerAttribute)function.Trigger).Route;
        if (string.IsNullOrEmpty(route)) return false;
        try
        {
            return RoutePatternFactory.Parse(route).GetParameter(name) is not null;
        }
        catch (RoutePatternException)
        {
            // The routing table says what is wrong with it.
            return true;
        }
    }
}
