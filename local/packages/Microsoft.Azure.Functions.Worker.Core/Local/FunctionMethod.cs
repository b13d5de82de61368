using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>A method with <see cref="FunctionAttribute"/>, checked for what the Functions host expects of it.</summary>
internal sealed partial class FunctionMethod : FunctionDefinition
{
    private FunctionMethod(MethodInfo method, string name, ParameterInfo triggerParameter, TriggerBindingAttribute trigger)
    {
        Method = method;
        Name = name;
        TriggerParameter = triggerParameter;
        Trigger = trigger;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        PathToAssembly = method.Module.Assembly.Location;
        Parameters = [.. method.GetParameters().Select(Describe)];
        InputBindings = method.GetParameters()
            .Select(parameter => (parameter, binding: Binding(parameter)))
            .Where(bound => bound.binding is not null)
            .ToImmutableDictionary(
                bound => bound.parameter.Name!,
                BindingMetadata (bound) => new LocalBindingMetadata(bound.parameter.Name!, Kind(bound.binding!), BindingDirection.In));
        OutputBindings = Kind(trigger) == "httpTrigger"
            ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new LocalBindingMetadata("$return", "http", BindingDirection.Out))
            : ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    public MethodInfo Method { get; }

    public ParameterInfo TriggerParameter { get; }

    public TriggerBindingAttribute Trigger { get; }

    public override string Name { get; }

    public override string Id => Name;

    public override string EntryPoint { get; }

    public override string PathToAssembly { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    /// <summary>Throws <see cref="FunctionLoadException"/> when the method can't be a function.</summary>
    public static FunctionMethod Load(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        if (!NamePattern().IsMatch(name))
            throw new FunctionLoadException("a name starts with a letter and has only letters, digits, '-' and '_', at most 128.");
        if (!method.IsPublic) throw new FunctionLoadException("the method must be public.");
        if (method.IsGenericMethodDefinition || method.DeclaringType!.IsGenericTypeDefinition)
            throw new FunctionLoadException("neither the method nor its class can be generic.");
        if (method.DeclaringType.GetMethods().Count(other => other.Name == method.Name) > 1)
            throw new FunctionLoadException($"the class has several methods named {method.Name}, and the host finds a function by its method's name.");

        var triggers = method.GetParameters()
            .Select(parameter => (parameter, trigger: Binding(parameter) as TriggerBindingAttribute))
            .Where(found => found.trigger is not null)
            .ToList();
        return triggers is [var (parameter, trigger)]
            ? new FunctionMethod(method, name, parameter, trigger!)
            : throw new FunctionLoadException($"it must have one trigger, and has {triggers.Count}.");
    }

    private static BindingAttribute? Binding(ParameterInfo parameter) => parameter.GetCustomAttribute<BindingAttribute>();

    private static string Kind(BindingAttribute binding) =>
        JsonNamingPolicy.CamelCase.ConvertName(binding.GetType().Name.Replace(nameof(Attribute), "", StringComparison.Ordinal));

    private static FunctionParameter Describe(ParameterInfo parameter)
    {
        var properties = Binding(parameter) is { } binding
            ? ImmutableDictionary<string, object>.Empty.Add("bindingAttribute", binding)
            : ImmutableDictionary<string, object>.Empty;
        var defaultValue = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return new FunctionParameter(parameter.Name!, parameter.ParameterType, parameter.HasDefaultValue, defaultValue, properties);
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex NamePattern();
}

/// <inheritdoc />
internal sealed class LocalBindingMetadata(string name, string type, BindingDirection direction) : BindingMetadata
{
    public override string Name => name;

    public override string Type => type;

    public override BindingDirection Direction => direction;
}
