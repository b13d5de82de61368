namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a public method as a function and gives it its name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
