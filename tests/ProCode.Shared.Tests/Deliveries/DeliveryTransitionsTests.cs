namespace ProCode.Deliveries;

public sealed class DeliveryTransitionsTests
{
    [Fact]
    public void Table_OnlyAFailedDelivery_IsBegunAgain() =>
        Assert.Equal([DeliveryStatus.FAILED], DeliveryTransitions.Table.StatesAllowing(DeliveryEvent.SendAgain));

    [Theory]
    [InlineData(DeliveryEvent.Apply, DeliveryStatus.APPLIED)]
    [InlineData(DeliveryEvent.Ignore, DeliveryStatus.IGNORED)]
    [InlineData(DeliveryEvent.Fail, DeliveryStatus.FAILED)]
    public void Table_ADelivery_IsSettledOnce(DeliveryEvent how, DeliveryStatus settled)
    {
        Assert.Equal(settled, DeliveryTransitions.Table.Move(DeliveryStatus.RECEIVED, how));
        Assert.Equal([DeliveryStatus.RECEIVED], DeliveryTransitions.Table.StatesAllowing(how));
    }
}
