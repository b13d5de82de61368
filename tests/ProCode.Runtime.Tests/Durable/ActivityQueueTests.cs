using ProCode.Local.Durable;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Instances take turns with their activities.</summary>
public sealed class ActivityQueueTests
{
    [Fact]
    public async Task Take_OneInstanceAsksForMany_OthersWaitForOneTurnOnly()
    {
        var queue = new ActivityQueue();
        for (var task = 0; task < 100; task++)
            queue.Add(Activity("greedy", task));
        queue.Add(Activity("modest", 0));
        queue.Add(Activity("modest", 1));

        Assert.Equal(["greedy 0", "modest 0", "greedy 1", "modest 1", "greedy 2", "greedy 3"], await TakeAsync(queue, 6));
    }

    [Fact]
    public async Task Take_Empty_WaitsForTheNextOne()
    {
        var queue = new ActivityQueue();
        queue.Add(Activity("a", 0));
        await TakeAsync(queue, 1);

        var taking = TakeAsync(queue, 1);
        Assert.False(taking.IsCompleted);
        queue.Add(Activity("a", 1));

        Assert.Equal(["a 1"], await taking);
    }

    [Fact]
    public async Task Take_Canceled_TakesNothing()
    {
        var queue = new ActivityQueue();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.TakeAsync(new CancellationToken(canceled: true)));
        queue.Add(Activity("a", 0));

        Assert.Equal(["a 0"], await TakeAsync(queue, 1));
    }

    private static async Task<List<string>> TakeAsync(ActivityQueue queue, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count)
        {
            var call = (await queue.TakeAsync(EngineHost.Deadline)).Call;
            taken.Add($"{call.InstanceId} {call.TaskId}");
        }

        return taken;
    }

    private static ActivityRow Activity(string instance, int task) => new(task, "", new ActivityCall(instance, task, "work", "", null));
}
