using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Fills a parameter from the JSON body of the request.</summary>
public class FromBodyAttribute() : InputConverterAttribute(typeof(FromBodyConverter))
{
}

/// <summary>The name by which the attribute is told from other converters; the HTTP trigger does the work.</summary>
internal static class FromBodyConverter
{
}
