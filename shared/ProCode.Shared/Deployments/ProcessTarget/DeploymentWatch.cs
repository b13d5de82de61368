using System.Diagnostics;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>What the app has in memory of a deployment it watches; all but the folder is lost with a restart.</summary>
internal sealed class DeploymentWatch(DeploymentFolder folder)
{
    private bool _news;

    public DeploymentFolder Folder { get; } = folder;

    public DeploymentCallback? Callback { get; set; }

    /// <summary>What was started, for another attempt when its port was taken. Without it there is no other attempt.</summary>
    public AgentCommand? Command { get; set; }

    /// <summary>The agent as our child, for its exit code.</summary>
    public Process? Child { get; set; }

    /// <summary>Values to hide from messages; null while they are not known.</summary>
    public IReadOnlyCollection<string>? Secrets { get; set; }

    /// <summary>Takes over what another has that this has not: a watch that found its deployment in the folder gets what only a request
    /// brings.</summary>
    public void Learn(DeploymentWatch other)
    {
        _news |= other.Callback is not null;
        Callback ??= other.Callback;
        Command ??= other.Command;
        Child ??= other.Child;
        Secrets ??= other.Secrets;
    }

    /// <summary>Whether there is a request that the last round may have missed.</summary>
    public bool TakeNews()
    {
        var news = _news;
        _news = false;
        return news;
    }
}
