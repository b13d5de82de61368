using ProCode.Results;
using ProCode.Subscriptions;

namespace ProCode.Shared.Tests.Subscriptions;

public sealed class SubscriptionChangeTests
{
    [Theory]
    [InlineData("events")]
    [InlineData("events[0]", "ping")]
    [InlineData("events[1]", "*", "pipeline.finished")]
    [InlineData("events", "*", "*")]
    public void Validate_WrongEvents_BlamesThem(string field, params string[] events)
    {
        var check = new Check();
        new SubscriptionChange("https://receiver.test/", events, null, true).Validate(check);

        Assert.True(check.Failed(out var error));
        Assert.Equal(field, Assert.Single(error.Details).Field);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("pipeline.status_changed", "stage.status_changed", "iteration.status_changed", "deployment.status_changed")]
    public void Wants_WhatItSubscribesTo_AsLongAsItIsEnabled(params string[] events)
    {
        var check = new Check();
        new SubscriptionChange("https://receiver.test/", events, null, true).Validate(check);
        Assert.False(check.Failed(out _));
        var subscription = new Subscription(1, 1, "https://receiver.test/", events, null, true, "", default, default);

        Assert.True(subscription.Wants(EventType.StageStatusChanged));
        Assert.False((subscription with { Enabled = false }).Wants(EventType.StageStatusChanged));
        Assert.False((subscription with { Events = ["pipeline.status_changed"] }).Wants(EventType.StageStatusChanged));
    }
}
