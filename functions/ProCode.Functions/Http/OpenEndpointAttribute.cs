namespace ProCode.Functions.Http;

/// <summary>Lets everybody in, and says why that is right.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenEndpointAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
