using System.Reflection;

namespace ProCode.Architecture.Tests;

/// <summary>The built product.</summary>
internal static class Product
{
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [Assembly.Load("ProCode.Shared"), Assembly.Load("ProCode.Orchestrations"), Assembly.Load("ProCode.Functions")];

    public static IEnumerable<Type> Types => Assemblies.SelectMany(assembly => assembly.GetTypes());

    public static IEnumerable<MethodInfo> Methods =>
        Types.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly));

    /// <summary>Attributes by simple name: the tests must not care which assembly a stand-in puts them in.</summary>
    public static CustomAttributeData? AttributeOf(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name + "Attribute");
}
