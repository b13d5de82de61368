using ProCode.Subscriptions;

namespace ProCode.Shared.Tests.Subscriptions;

public sealed class EventScheduleTests
{
    [Fact]
    public void After_ManyDeliveries_SpreadsWithinATenthAndAlwaysTheSame()
    {
        foreach (var attempts in Enumerable.Range(1, EventSchedule.Pauses.Count))
        {
            var pause = EventSchedule.Pauses[attempts - 1];
            var chosen = Enumerable.Range(0, 50).Select(i => EventSchedule.After($"delivery-{i}", attempts, null)!.Value).ToList();

            Assert.All(chosen, one => Assert.InRange(one, pause, pause * 1.1));
            Assert.True(chosen.Max() - chosen.Min() > pause * 0.05);
            Assert.Equal(chosen[7], EventSchedule.After("delivery-7", attempts, null));
        }
    }

    [Fact]
    public void After_TheTenthAttempt_IsNoFurtherOneWhateverTheReceiverAsks()
    {
        Assert.NotNull(EventSchedule.After("d", 9, null));
        Assert.Null(EventSchedule.After("d", 10, null));
        Assert.Null(EventSchedule.After("d", 10, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void After_WithRetryAfter_IsNeverSoonerThanThePauseNorLaterThanADay()
    {
        Assert.Equal(TimeSpan.FromHours(1), EventSchedule.After("d", 1, TimeSpan.FromHours(1)));
        Assert.Equal(EventSchedule.After("d", 1, null), EventSchedule.After("d", 1, TimeSpan.FromSeconds(-1)));
        Assert.Equal(TimeSpan.FromDays(1), EventSchedule.After("d", 1, TimeSpan.FromDays(1000)));
    }
}
