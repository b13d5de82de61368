using ProCode.Transitions;
using static ProCode.Subscriptions.EventDeliveryEvent;
using static ProCode.Subscriptions.EventDeliveryStatus;

namespace ProCode.Subscriptions;

/// <summary>The life of a delivery.</summary>
public static class EventDeliveryTransitions
{
    public static readonly TransitionTable<EventDeliveryStatus, EventDeliveryEvent> Table = new(
        (PENDING, Deliver, DELIVERED),
        (PENDING, GiveUp, DEAD),
        (PENDING, Replay, PENDING),
        (DELIVERED, Replay, PENDING),
        (DEAD, Replay, PENDING),

        // An attempt that was under way when it was replayed and given up again.
        (DEAD, Deliver, DELIVERED));
}
