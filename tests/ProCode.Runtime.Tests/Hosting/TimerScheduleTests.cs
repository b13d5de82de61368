using System.Globalization;
using ProCode.Local.Hosting.Timers;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class TimerScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.CreateCustomTimeZone(
        "Test/Berlin", TimeSpan.FromHours(1), "Berlin", "CET", "CEST",
        [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday))]);

    [Theory]
    [InlineData("0 */5 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z")]
    [InlineData("0 */5 * * * *", "2026-01-01T00:04:59.9Z", "2026-01-01T00:05:00Z")]
    [InlineData("*/20 * * * * *", "2026-01-01T00:00:40Z", "2026-01-01T00:01:00Z")]
    [InlineData("30 15 9-17/4 * * *", "2026-01-01T09:15:30Z", "2026-01-01T13:15:30Z")]
    [InlineData("0 0 3 * * Mon-Fri", "2026-01-02T04:00:00Z", "2026-01-05T03:00:00Z")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 0 29 Feb Sun", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00Z")]
    [InlineData("0 5/15 * * * *", "2026-01-01T00:06:00Z", "2026-01-01T00:20:00Z")]
    [InlineData("10,50 59 23 31 dec *", "2026-12-31T23:59:50Z", "2027-12-31T23:59:10Z")]
    [InlineData("15 * * * *", "2026-01-01T00:15:00Z", "2026-01-01T01:15:00Z")]
    [InlineData("00:00:30", "2026-01-01T00:15:07Z", "2026-01-01T00:15:37Z")]
    public void Next_Schedule_IsTheFirstTimeAfter(string schedule, string after, string expected) =>
        Assert.Equal(Instant(expected), TimerSchedule.Parse(schedule, TimeZoneInfo.Utc).Next(Instant(after)));

    [Fact]
    public void Next_DateThatNeverComes_IsNull() =>
        Assert.Null(TimerSchedule.Parse("0 0 0 31 2 *", TimeZoneInfo.Utc).Next(Instant("2026-01-01T00:00:00Z")));

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")] // 02:30 is skipped: the clocks show 03:00 next
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // 02:30 comes twice: the first one counts
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void Next_ClocksChange_RunsOnceADay(string after, string expected) =>
        Assert.Equal(Instant(expected), TimerSchedule.Parse("0 30 2 * * *", Berlin).Next(Instant(after)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("0 */0 * * * *")]
    [InlineData("0 5-1 * * * *")]
    [InlineData("0 0 0 * Foo *")]
    [InlineData("0 0 0 0 * *")]
    [InlineData("0 1/2/3 * * * *")]
    [InlineData("0 -1 * * * *")]
    [InlineData("-00:01:00")]
    public void Parse_NoSchedule_SaysWhatIsWrong(string text) =>
        Assert.NotEmpty(Assert.Throws<FormatException>(() => TimerSchedule.Parse(text, TimeZoneInfo.Utc)).Message);

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("0,30 0 0 * * *", true)]
    [InlineData("0 * * * * *", false)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void IsMoreOftenThanEachMinute_Schedule_SaysSo(string schedule, bool expected) =>
        Assert.Equal(expected, TimerSchedule.Parse(schedule, TimeZoneInfo.Utc).IsMoreOftenThanEachMinute(Instant("2026-01-01T12:00:00Z")));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
