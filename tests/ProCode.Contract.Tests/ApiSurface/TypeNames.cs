using System.Reflection;

namespace ProCode.Contract.Tests.ApiSurface;

/// <summary>Types as the lists write them: C# keywords, dots between nested types, generic arguments spelled out.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer)
            return $"{Of(type.GetElementType()!)}*";
        return type.IsGenericParameter ? type.Name : Keywords.GetValueOrDefault(type) ?? Qualified(type, type.GetGenericArguments());
    }

    // A nested type's arguments are those of all types around it, outermost first.
    private static string Qualified(Type type, Type[] arguments)
    {
        var outer = type.DeclaringType is { } declaring ? Qualified(declaring, arguments[..declaring.GetGenericArguments().Length])
            : type.Namespace ?? "";
        var taken = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var own = arguments[taken..].Select(Of).ToArray();
        var name = type.Name.Split('`')[0];
        return (outer.Length == 0 ? name : $"{outer}.{name}") + (own.Length == 0 ? "" : $"<{string.Join(',', own)}>");
    }

    /// <summary>The name of a type being declared, where the variance of its parameters shows.</summary>
    public static string OfDeclared(Type type)
    {
        var name = Of(type);
        foreach (var parameter in type.GetGenericArguments())
        {
            var variance = (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
            {
                GenericParameterAttributes.Contravariant => "in ",
                GenericParameterAttributes.Covariant => "out ",
                _ => "",
            };
            name = name.Replace($"<{parameter.Name}", $"<{variance}{parameter.Name}", StringComparison.Ordinal)
                .Replace($",{parameter.Name}", $",{variance}{parameter.Name}", StringComparison.Ordinal);
        }

        return name;
    }

    /// <summary>" where T : …" of a generic type or method, or nothing.</summary>
    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(Constraint));

    private static string Constraint(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        var parts = new List<string>();
        if (isStruct)
            parts.Add("struct");
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            parts.Add("class");
        parts.AddRange(parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Of));
        if (!isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            parts.Add("new()");
        return parts.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(',', parts)}";
    }
}
