using System.Globalization;
using System.Text;

namespace ProCode.Pipelines.Logs;

/// <summary>Finds a text in another that may have written any of its characters percent-encoded (also '+' for a space) or escaped as in JSON.</summary>
internal static class EncodedText
{
    /// <summary>Where the wanted text, which begins at <paramref name="start"/>, ends at the latest; null when it doesn't begin there.</summary>
    public static int? MatchEnd(string text, int start, string wanted)
    {
        // Most places are none; only behind a '%' or a '\' is there more than one way to go on.
        if (text[start] != wanted[0] && text[start] is not ('%' or '\\' or '+')) return null;
        List<int> places = [start];
        for (var i = 0; i < wanted.Length && places.Count > 0;)
        {
            var rune = Rune.TryGetRuneAt(wanted, i, out var whole) ? whole : (Rune?)null;
            var unit = rune?.Utf16SequenceLength ?? 1;
            List<int> next = [];
            foreach (var place in places)
            {
                if (string.CompareOrdinal(text, place, wanted, i, unit) == 0) Add(next, place + unit);
                if (place >= text.Length) continue;
                if (text[place] == '+' && wanted[i] == ' ') Add(next, place + 1);
                if (text[place] == '%' && rune is { } encoded && PercentEnd(text, place, encoded) is { } percent) Add(next, percent);
                if (text[place] == '\\' && EscapeEnd(text, place, wanted.AsSpan(i, unit)) is { } escape) Add(next, escape);
            }

            (places, i) = (next, i + unit);
        }

        return places.Count > 0 ? places.Max() : null;
    }

    private static void Add(List<int> places, int place)
    {
        if (!places.Contains(place)) places.Add(place);
    }

    private static int? PercentEnd(string text, int place, Rune wanted)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var expected in bytes[..wanted.EncodeToUtf8(bytes)])
        {
            if (place + 3 > text.Length || text[place] != '%' || Hex(text.AsSpan(place + 1, 2)) != expected) return null;
            place += 3;
        }

        return place;
    }

    private static int? EscapeEnd(string text, int place, ReadOnlySpan<char> wanted)
    {
        if (place + 2 > text.Length) return null;
        if (wanted.Length == 1 && text[place + 1] is not 'u')
        {
            var plain = text[place + 1] switch { 't' => '\t', '"' or '\\' or '/' or '\'' => text[place + 1], _ => '\0' };
            return plain == wanted[0] ? place + 2 : null;
        }

        foreach (var expected in wanted)
        {
            if (place + 6 > text.Length || text[place] != '\\' || text[place + 1] != 'u' || Hex(text.AsSpan(place + 2, 4)) != expected) return null;
            place += 6;
        }

        return place;
    }

    private static int Hex(ReadOnlySpan<char> digits) => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;
}
