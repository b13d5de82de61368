using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>What can go wrong with a deployment.</summary>
public static class DeploymentErrors
{
    public static readonly ErrorCode Unhealthy = new(4301, "AGENT_UNHEALTHY", ErrorKind.Unprocessable);
    public static readonly ErrorCode Crashed = new(4302, "AGENT_CRASHED", ErrorKind.Unprocessable);
    public static readonly ErrorCode TimedOut = new(4303, "DEPLOY_TIMED_OUT", ErrorKind.Unprocessable);
    public static readonly ErrorCode TargetUnavailable = new(4304, "DEPLOY_TARGET_UNAVAILABLE", ErrorKind.Unavailable);
    public static readonly ErrorCode DeploymentNotFound = new(4305, "DEPLOYMENT_NOT_FOUND", ErrorKind.NotFound);
    public static readonly ErrorCode Superseded = new(4306, "DEPLOY_SUPERSEDED", ErrorKind.Conflict);
    public static readonly ErrorCode NotStartable = new(4307, "AGENT_NOT_STARTABLE", ErrorKind.Unprocessable);
    public static readonly ErrorCode Canceled = new(4308, "DEPLOY_CANCELED", ErrorKind.Conflict);
    public static readonly ErrorCode Failed = new(4309, "DEPLOY_FAILED", ErrorKind.Unprocessable);
    public static readonly ErrorCode EnvironmentUnusable = new(4310, "ENVIRONMENT_UNUSABLE", ErrorKind.Unprocessable);

    /// <summary>What is said of a deployment that its target has taken and does not know any more.</summary>
    public const string ForgottenByTarget = "The ops system doesn't know this deployment any more.";

    private static readonly ErrorCode[] TargetCodes = [Unhealthy, Crashed, NotStartable, Superseded, TargetUnavailable, EnvironmentUnusable];

    /// <summary>The failure that a target's message means: one that begins with the name of a code and a colon is that failure.</summary>
    public static Error FromTarget(string message)
    {
        var named = TargetCodes.FirstOrDefault(code => message.StartsWith($"{code.Name}: ", StringComparison.Ordinal));
        return named is null ? Failed.With(message) : named.With(message[(named.Name.Length + 2)..]);
    }
}
