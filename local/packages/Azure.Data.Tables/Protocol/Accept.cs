using Azure.Core;

namespace Azure.Data.Tables.Protocol;

/// <summary>Which answers of the service are results and not errors.</summary>
internal static class Accept
{
    public static readonly StatusCodeClassifier Ok = new([200]);
    public static readonly StatusCodeClassifier OkOrMissing = new([200, 404]);
    public static readonly StatusCodeClassifier NoContent = new([204]);
    public static readonly StatusCodeClassifier NoContentOrMissing = new([204, 404]);
    public static readonly StatusCodeClassifier Created = new([201, 204]);
    public static readonly StatusCodeClassifier CreatedOrConflict = new([201, 204, 409]);
    public static readonly StatusCodeClassifier Batch = new([202]);
}
