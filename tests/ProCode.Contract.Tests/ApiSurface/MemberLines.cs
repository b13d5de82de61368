using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProCode.Contract.Tests.ApiSurface;

/// <summary>One member, one line.</summary>
internal static class MemberLines
{
    public static string Name(MemberInfo member) => $"{TypeNames.Of(member.DeclaringType!)}.{member.Name}";

    public static string Tags(IReadOnlyCollection<string> tags) => tags.Count == 0 ? "" : $" [{string.Join(' ', tags)}]";

    public static string OfEnumValue(FieldInfo field) =>
        $"E {Name(field)} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}{Tags([.. Attributes(field)])}";

    public static string Of(FieldInfo field)
    {
        var tags = new List<string>();
        if (!field.IsPublic)
            tags.Add("protected");
        if (field is { IsStatic: true, IsLiteral: false })
            tags.Add("static");
        tags.AddRange(Attributes(field));
        if (field.IsLiteral)
            tags.Add("const");
        if (field.IsInitOnly)
            tags.Add("readonly");
        return $"F {Name(field)} : {TypeNames.Of(field.FieldType)}{Tags(tags)}{(field.IsLiteral ? $" = {Value(field.GetRawConstantValue(), field.FieldType)}" : "")}";
    }

    public static string Of(ConstructorInfo constructor)
    {
        var tags = Modifiers(constructor);
        if (constructor.IsDefined(typeof(SetsRequiredMembersAttribute)))
            tags.Add("setsrequired");
        return $"C {TypeNames.Of(constructor.DeclaringType!)}..ctor({Parameters(constructor)}){Tags(tags)}";
    }

    public static string Of(PropertyInfo property, Type type)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(accessor => accessor.IsPublic || ((accessor.IsFamily || accessor.IsFamilyOrAssembly) && !type.IsSealed)).ToList();
        var widest = accessors.Find(accessor => accessor.IsPublic) ?? accessors[0];
        var texts = accessors.OrderBy(accessor => accessor == property.SetMethod).Select(accessor => (widest.IsPublic && !accessor.IsPublic ? "protected " : "") + accessor switch
        {
            _ when accessor == property.GetMethod => "get;",
            _ when accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) => "init;",
            _ => "set;",
        });
        var tags = Modifiers(widest).Where(tag => tag != "obsolete").Concat(Attributes(property)).ToList();
        var name = property.GetIndexParameters() is { Length: > 0 } ? $"{TypeNames.Of(type)}.this[{Parameters(property.GetIndexParameters(), false)}]" : Name(property);
        return $"P {name} : {TypeNames.Of(property.PropertyType)} {{{string.Concat(texts)}}}{Tags(tags)}";
    }

    public static string Of(MethodInfo method)
    {
        var tags = Modifiers(method);
        if (method.IsDefined(typeof(CompilerGeneratedAttribute)))
            tags.Add("synthesized");
        return Of(method, tags);
    }

    public static string Of(MethodInfo method, IReadOnlyCollection<string> tags)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(',', method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var constraints = method.IsGenericMethod ? TypeNames.Constraints(method.GetGenericArguments()) : "";
        return $"M {Name(method)}{generics}({Parameters(method)}) -> {TypeNames.Of(method.ReturnType)}{constraints}{Tags(tags)}";
    }

    private static List<string> Modifiers(MethodBase method)
    {
        var tags = new List<string>();
        var isOverride = method is MethodInfo { IsVirtual: true } info && info.GetBaseDefinition() != info;
        if (!method.IsPublic)
            tags.Add("protected");
        if (method.IsStatic)
            tags.Add("static");
        if (method.DeclaringType!.IsInterface)
        {
            if (method is { IsAbstract: false, IsStatic: false })
                tags.Add("default");
        }
        else if (method.IsAbstract)
            tags.Add(isOverride ? "abstract override" : "abstract");
        else if (isOverride)
            tags.Add(method.IsFinal ? "sealed override" : "override");
        else if (method is { IsVirtual: true, IsFinal: false })
            tags.Add("virtual");
        tags.AddRange(Attributes(method));
        return tags;
    }

    private static IEnumerable<string> Attributes(MemberInfo member)
    {
        if (member.IsDefined(typeof(RequiredMemberAttribute)))
            yield return "required";

        // The compiler marks constructors of types with required members obsolete for older compilers.
        if (member.GetCustomAttribute<ObsoleteAttribute>(inherit: false) is { } obsolete
            && obsolete.Message?.StartsWith("Constructors of types with required members", StringComparison.Ordinal) != true)
            yield return "obsolete";
    }

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters(), method.IsDefined(typeof(ExtensionAttribute)));

    private static string Parameters(ParameterInfo[] parameters, bool extension) =>
        string.Join(", ", parameters.Select((parameter, index) => (extension && index == 0 ? "this " : "") + Parameter(parameter)));

    private static string Parameter(ParameterInfo parameter)
    {
        var modifier = parameter switch
        {
            { IsOut: true, ParameterType.IsByRef: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        return $"{modifier}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue, parameter.ParameterType)}" : "")}";
    }

    private static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null || type.IsGenericParameter ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } @enum => $"{TypeNames.Of(@enum)}.{Enum.ToObject(@enum, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
