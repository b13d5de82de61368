using System.Globalization;
using System.Text;
using Azure.Data.Tables.Protocol;

namespace Azure.Data.Tables.Filters;

/// <summary>Values as OData literals, so that no value can change what a filter says.</summary>
internal static class FormattedFilter
{
    public static string ToOData(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var literals = filter.GetArguments().Select(Literal).ToArray<object>();
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }

    public static string Literal(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int or short or ushort or byte or sbyte or uint => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture) + "L",
        double number => Double(number),
        float number => Double(number),
        string text => Quoted(text),
        char character => Quoted(character.ToString()),
        StringBuilder text => Quoted(text.ToString()),
        Guid id => $"guid'{id}'",
        DateTime time => $"datetime'{EntityJson.Text(time)}'",
        DateTimeOffset time => $"datetime'{EntityJson.Text(time.UtcDateTime)}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        BinaryData bytes => $"X'{Convert.ToHexString(bytes.ToMemory().Span)}'",
        _ => throw new ArgumentException($"A value of type {value.GetType()} has no OData literal."),
    };

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    // Without a point the service would take it for an integer, and compare it with doubles never being equal.
    private static string Double(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E', 'N') || double.IsInfinity(number) ? text : text + ".0";
    }
}
