using System.Globalization;

namespace ProCode.Local.Hosting.Timers;

/// <summary>
/// An NCRONTAB expression: <c>second minute hour day month day-of-week</c> (or five fields, without the seconds), each a list of
/// <c>*</c>, a number or name, a range, with an optional step. A day must satisfy both day fields.
/// </summary>
internal sealed class CronExpression
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    // The rarest date, a 29th of February on a given weekday, comes at least once in forty years.
    private const int YearsToSearch = 41;

    private readonly bool[] _seconds, _minutes, _hours, _days, _months, _weekdays;

    private CronExpression(string[] fields)
    {
        _seconds = Field(fields[0], 0, 59, [], "second");
        _minutes = Field(fields[1], 0, 59, [], "minute");
        _hours = Field(fields[2], 0, 23, [], "hour");
        _days = Field(fields[3], 1, 31, [], "day");
        _months = Field(fields[4], 1, 12, Months, "month");
        _weekdays = Field(fields[5], 0, 6, Days, "day of week");
    }

    /// <summary>Throws <see cref="FormatException"/> with the reason.</summary>
    public static CronExpression Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length switch
        {
            6 => new CronExpression(fields),
            5 => new CronExpression(["0", .. fields]),
            _ => throw new FormatException($"'{text}' has {fields.Length} fields; an NCRONTAB expression has six: second minute hour day month day-of-week."),
        };
    }

    /// <summary>The first matching wall-clock time after the given one; null when there is none.</summary>
    public DateTime? Next(DateTime after)
    {
        var first = new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, after.Second, DateTimeKind.Unspecified).AddSeconds(1);
        var lastYear = Math.Min(first.Year + YearsToSearch, 9999);
        for (var day = first.Date; day.Year < lastYear; day = NextDay(day))
        {
            if (!IsOn(day)) continue;
            if (TimeOn(day == first.Date ? first.TimeOfDay : TimeSpan.Zero) is { } time) return day + time;
        }
        return null;
    }

    // Skips a month that doesn't match in one step.
    private DateTime NextDay(DateTime day) =>
        _months[day.Month] ? day.AddDays(1) : new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);

    private bool IsOn(DateTime day) => _months[day.Month] && _days[day.Day] && _weekdays[(int)day.DayOfWeek];

    private TimeSpan? TimeOn(TimeSpan from)
    {
        for (var hour = from.Hours; hour < 24; hour++)
        {
            if (!_hours[hour]) continue;
            for (var minute = hour == from.Hours ? from.Minutes : 0; minute < 60; minute++)
            {
                if (!_minutes[minute]) continue;
                var start = hour == from.Hours && minute == from.Minutes ? from.Seconds : 0;
                var second = Array.IndexOf(_seconds, true, start);
                if (second >= 0) return new TimeSpan(hour, minute, second);
            }
        }
        return null;
    }

    private static bool[] Field(string text, int min, int max, string[] names, string what)
    {
        var allowed = new bool[max + 1];
        foreach (var item in text.Split(','))
        {
            var parts = item.Split('/');
            var step = 1;
            if (parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out step) || step == 0)))
                throw new FormatException($"'{item}' is not a valid {what}: a step is a positive number after one '/'.");

            var (from, to) = Range(parts[0], min, max, names, what);
            // 5/15 means every fifteenth from 5 on.
            if (parts.Length == 2 && from == to) to = max;
            for (var value = from; value <= to; value += step) allowed[value] = true;
        }
        return allowed;
    }

    private static (int From, int To) Range(string text, int min, int max, string[] names, string what)
    {
        if (text == "*") return (min, max);
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var from = Value(dash < 0 ? text : text[..dash], min, max, names, what);
        var to = dash < 0 ? from : Value(text[(dash + 1)..], min, max, names, what);
        return from <= to ? (from, to) : throw new FormatException($"'{text}' is not a valid {what}: the range goes backwards.");
    }

    private static int Value(string text, int min, int max, string[] names, string what)
    {
        var index = text.Length >= 3 ? Array.FindIndex(names, name => text.StartsWith(name, StringComparison.OrdinalIgnoreCase)) : -1;
        if (index >= 0) return index + min;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"'{text}' is not a valid {what}: it must be {min} to {max}{(names.Length > 0 ? " or a name" : "")}.");
    }
}
