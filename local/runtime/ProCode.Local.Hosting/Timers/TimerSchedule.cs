using System.Globalization;

namespace ProCode.Local.Hosting.Timers;

/// <summary>When a timer function runs: an NCRONTAB expression in a time zone, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CronExpression? _cron;
    private readonly TimeSpan _interval;
    private readonly TimeZoneInfo _zone;

    private TimerSchedule(string text, TimeZoneInfo zone)
    {
        Text = text;
        _zone = zone;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _interval)) _cron = CronExpression.Parse(text);
        else if (_interval <= TimeSpan.Zero) throw new FormatException($"'{text}' is not a schedule: an interval must be positive.");
    }

    public string Text { get; }

    /// <summary>Throws <see cref="FormatException"/> with the reason.</summary>
    public static TimerSchedule Parse(string text, TimeZoneInfo zone) => new(text.Trim(), zone);

    /// <summary>The next time after the given one; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_cron is null) return after + _interval;

        // When clocks go back an hour passes twice: its wall-clock times count once, the first time.
        var local = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        while (_cron.Next(local) is { } wall)
        {
            var next = ToUtc(wall);
            if (next > after) return next;
            local = wall;
        }
        return null;
    }

    /// <summary>Such a schedule is not monitored: what it missed is over by the next minute.</summary>
    public bool IsMoreOftenThanEachMinute(DateTimeOffset now)
    {
        var time = Next(now);
        for (var i = 0; i < 5 && time is { } current; i++)
        {
            var next = Next(current);
            if (next - current < TimeSpan.FromMinutes(1)) return true;
            time = next;
        }
        return false;
    }

    private DateTimeOffset ToUtc(DateTime wall)
    {
        // A time that the clocks skip in spring happens when they have moved on.
        while (_zone.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
        var offset = _zone.IsAmbiguousTime(wall) ? _zone.GetAmbiguousTimeOffsets(wall).Max() : _zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }
}
