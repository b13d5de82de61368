using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProCode.Contract.Tests.ApiSurface;

/// <summary>An assembly's public surface, one item per line, in the format of the lists beside this file (see FORMAT.md).</summary>
internal static class SurfacePrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Lines(Assembly assembly) =>
        assembly.GetTypes().Where(IsVisible).Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute))).SelectMany(Lines);

    public static IEnumerable<string> Lines(Type type)
    {
        yield return Head(type);
        if (type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is { } usage)
        {
            var targets = usage.ValidOn.ToString().Replace(", ", "|", StringComparison.Ordinal);
            yield return $"A {TypeNames.Of(type)} : System.AttributeUsage({targets}) AllowMultiple={Text(usage.AllowMultiple)} Inherited={Text(usage.Inherited)}";
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield return MemberLines.Of(type.GetMethod("Invoke")!, tags: []);
            yield break;
        }

        foreach (var member in type.GetMembers(Declared))
        {
            if (Line(type, member) is { } line)
                yield return line;
        }
    }

    private static string? Line(Type type, MemberInfo member) => member switch
    {
        FieldInfo field when type.IsEnum => field.IsLiteral ? MemberLines.OfEnumValue(field) : null,
        FieldInfo field => IsVisible(field.Attributes, type) ? MemberLines.Of(field) : null,
        ConstructorInfo constructor => !constructor.IsStatic && IsVisible(constructor, type) && !IsMadeForRecord(constructor) ? MemberLines.Of(constructor) : null,
        PropertyInfo { Name: "EqualityContract" } => null,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => IsVisible(accessor, type)) ? MemberLines.Of(property, type) : null,
        EventInfo @event => IsVisible(@event.AddMethod!, type) ? $"V {MemberLines.Name(@event)} : {TypeNames.Of(@event.EventHandlerType!)}" : null,
        MethodInfo { Name: "Finalize" } => null,
        MethodInfo method when method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method => IsVisible(method, type) && !IsMadeForRecord(method) ? MemberLines.Of(method) : null,
        _ => null,
    };

    private static string Head(Type type)
    {
        var inherited = new List<string>();
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) && !IsDelegate(type))
            inherited.Add(TypeNames.Of(parent));
        if (!type.IsEnum && !IsDelegate(type))
        {
            var fromParent = type.BaseType?.GetInterfaces() ?? [];
            inherited.AddRange(type.GetInterfaces().Except(fromParent).Where(IsVisible).Select(TypeNames.Of).Order(StringComparer.Ordinal));
        }

        var tags = new List<string>();
        if (type.DeclaringType is not null && type.IsNestedFamily)
            tags.Add("protected");
        if (type.IsDefined(typeof(ObsoleteAttribute), inherit: false))
            tags.Add("obsolete");
        if (type.IsEnum && type.IsDefined(typeof(FlagsAttribute), inherit: false))
            tags.Add("flags");
        return $"T {TypeNames.OfDeclared(type)} : {Kind(type)}{(inherited.Count == 0 ? "" : " : " + string.Join(", ", inherited))}"
            + TypeNames.Constraints(OwnParameters(type)) + MemberLines.Tags(tags);
    }

    private static IEnumerable<Type> OwnParameters(Type type) => type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0);

    private static string Kind(Type type)
    {
        if (type.IsInterface)
            return "interface";
        if (type.IsEnum)
            return "enum";
        if (IsDelegate(type))
            return "delegate";
        if (type.IsValueType)
        {
            var isRecord = type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (isRecord ? "record struct" : "struct");
        }

        var modifier = type switch { { IsAbstract: true, IsSealed: true } => "static ", { IsAbstract: true } => "abstract ", { IsSealed: true } => "sealed ", _ => "" };
        return modifier + (type.GetMethod("<Clone>$") is null ? "class" : "record");
    }

    private static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type.BaseType);

    // Deconstruct is the one compiler-made member of a record that the lists name.
    private static bool IsMadeForRecord(MethodBase method) =>
        method.Name == "<Clone>$" || (method.Name != "Deconstruct" && method.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static bool IsVisible(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
        : type.IsPublic;

    private static bool IsVisible(MethodBase method, Type type) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !type.IsSealed);

    private static bool IsVisible(FieldAttributes field, Type type) => (field & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => true,
        FieldAttributes.Family or FieldAttributes.FamORAssem => !type.IsSealed,
        _ => false,
    };

    private static string Text(bool value) => value ? "true" : "false";
}
