using System.Globalization;
using System.Text;

namespace ProCode.Testing.Storage;

/// <summary>A $filter: comparisons of properties with literals, joined by and, or and not.</summary>
internal sealed class TableFilter
{
    private readonly string text;
    private int at;

    private TableFilter(string text) => this.text = text;

    /// <summary>Parses a filter, or refuses it as the service would.</summary>
    public static Func<TableRow, bool> Parse(string filter)
    {
        var parser = new TableFilter(filter);
        var condition = parser.Or();
        return parser.Peek() == "" ? condition : throw parser.Refused();
    }

    private Func<TableRow, bool> Or()
    {
        var left = And();
        while (Take("or"))
        {
            var (first, second) = (left, And());
            left = row => first(row) || second(row);
        }

        return left;
    }

    private Func<TableRow, bool> And()
    {
        var left = Not();
        while (Take("and"))
        {
            var (first, second) = (left, Not());
            left = row => first(row) && second(row);
        }

        return left;
    }

    private Func<TableRow, bool> Not()
    {
        if (Take("not"))
        {
            var negated = Not();
            return row => !negated(row);
        }

        if (!Take("("))
            return Comparison();
        var inner = Or();
        return Take(")") ? inner : throw Refused();
    }

    private Func<TableRow, bool> Comparison()
    {
        var name = Word();
        Func<int, bool> holds = Word() switch
        {
            "eq" => order => order == 0,
            "ne" => order => order != 0,
            "lt" => order => order < 0,
            "le" => order => order <= 0,
            "gt" => order => order > 0,
            "ge" => order => order >= 0,
            _ => throw Refused(),
        };
        var literal = Literal();

        // An absent property, and one of another type, matches no comparison, not even "ne".
        return row => row.Get(name) is { } value && Order(value, literal) is { } order && holds(order);
    }

    private static int? Order(object value, object literal) => (value, literal) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (Guid a, Guid b) => string.CompareOrdinal(a.ToString(), b.ToString()),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (int or long, int or long) => Convert.ToInt64(value, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(literal, CultureInfo.InvariantCulture)),
        (int or long or double, int or long or double) =>
            Convert.ToDouble(value, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(literal, CultureInfo.InvariantCulture)),
        _ => null,
    };

    private object Literal()
    {
        if (Peek() == "'")
            return Quoted();

        var word = Word();
        if (at < text.Length && text[at] == '\'')
        {
            var quoted = Quoted();
            return word switch
            {
                "datetime" => DateTimeOffset.Parse(quoted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                "guid" => Guid.Parse(quoted),
                "X" or "binary" => Convert.FromHexString(quoted),
                _ => throw Refused(),
            };
        }

        return word switch
        {
            "true" => true,
            "false" => false,
            [.. var digits, 'L'] when long.TryParse(digits, CultureInfo.InvariantCulture, out var number) => number,
            _ when int.TryParse(word, CultureInfo.InvariantCulture, out var number) => number,
            _ when double.TryParse(word, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Refused(),
        };
    }

    private string Quoted()
    {
        Peek();
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '\'')
                value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '\'')
                value.Append(text[at++]);
            else
            {
                at++;
                return value.ToString();
            }
        }

        throw Refused();
    }

    private string Word()
    {
        var word = Peek();
        at += word.Length;
        return word.Length > 0 && !"()'".Contains(word[0], StringComparison.Ordinal) ? word : throw Refused();
    }

    private bool Take(string token)
    {
        if (Peek() != token)
            return false;
        at += token.Length;
        return true;
    }

    // The token after any blanks: one of ( ) ' or everything up to a blank or one of these.
    private string Peek()
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        if (at == text.Length)
            return "";
        var end = text.AsSpan(at).IndexOfAny(" ()'");
        return end == 0 ? text[at].ToString() : end < 0 ? text[at..] : text[at..(at + end)];
    }

    private TableServiceException Refused() => TableServiceException.InvalidInput($"Not a filter, at character {at}: {text}");
}
