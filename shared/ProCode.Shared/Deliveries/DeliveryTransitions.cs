using ProCode.Transitions;
using static ProCode.Deliveries.DeliveryEvent;
using static ProCode.Deliveries.DeliveryStatus;

namespace ProCode.Deliveries;

/// <summary>The life of a delivery.</summary>
public static class DeliveryTransitions
{
    public static readonly TransitionTable<DeliveryStatus, DeliveryEvent> Table = new(
        (RECEIVED, Apply, APPLIED),
        (RECEIVED, Ignore, IGNORED),
        (RECEIVED, Fail, FAILED),
        (FAILED, SendAgain, RECEIVED));
}
