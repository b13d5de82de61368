using System.Globalization;
using System.Reflection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Turns the text of a route value into a parameter's type.</summary>
internal static class RouteValue
{
    private static readonly Dictionary<Type, Func<string, object>> Parsers = new()
    {
        [typeof(string)] = text => text,
        [typeof(bool)] = text => bool.Parse(text),
        [typeof(byte)] = text => byte.Parse(text, CultureInfo.InvariantCulture),
        [typeof(short)] = text => short.Parse(text, CultureInfo.InvariantCulture),
        [typeof(int)] = text => int.Parse(text, CultureInfo.InvariantCulture),
        [typeof(uint)] = text => uint.Parse(text, CultureInfo.InvariantCulture),
        [typeof(long)] = text => long.Parse(text, CultureInfo.InvariantCulture),
        [typeof(ulong)] = text => ulong.Parse(text, CultureInfo.InvariantCulture),
        [typeof(float)] = text => float.Parse(text, CultureInfo.InvariantCulture),
        [typeof(double)] = text => double.Parse(text, CultureInfo.InvariantCulture),
        [typeof(decimal)] = text => decimal.Parse(text, CultureInfo.InvariantCulture),
        [typeof(Guid)] = text => Guid.Parse(text, CultureInfo.InvariantCulture),
        [typeof(DateTime)] = text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        [typeof(DateTimeOffset)] = text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
    };

    /// <summary>Null for a type that route values can't become.</summary>
    public static Func<object?, object?>? Converter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!Parsers.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var parse)) return null;

        var name = parameter.Name!;
        var isOptional = parameter.HasDefaultValue || !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        var missing = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return value =>
        {
            if (value is null)
                return isOptional ? missing : throw new FunctionInputConverterException($"The route has no value for parameter '{name}'.");
            try
            {
                return parse((string)value);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new FunctionInputConverterException($"The route value of parameter '{name}' is not a {(Nullable.GetUnderlyingType(type) ?? type).Name}.", e);
            }
        };
    }
}
