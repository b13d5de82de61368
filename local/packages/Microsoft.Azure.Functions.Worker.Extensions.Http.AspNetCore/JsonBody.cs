using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Reads a request's body for <c>[FromBody]</c>, in the JSON of ASP.NET's controllers. As with their model binding every failure is an
/// <see cref="InvalidOperationException"/>: who wants to tell bad JSON from a wrong content type reads the body with <c>ReadFromJsonAsync</c>.
/// </summary>
internal static class JsonBody
{
    public static ParameterValue Reader(Type type) => async context =>
    {
        var http = (HttpContext)context.Trigger;
        if (!http.Request.HasJsonContentType())
            throw new InvalidOperationException($"The request's content type '{http.Request.ContentType}' is not JSON.");
        var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, options, http.RequestAborted);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException(e.Message);
        }
    };
}
