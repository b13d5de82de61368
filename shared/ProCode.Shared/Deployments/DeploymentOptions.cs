using System.ComponentModel.DataAnnotations;

namespace ProCode.Deployments;

/// <summary>Settings under <c>Deployments</c> that hold for every target.</summary>
public sealed class DeploymentOptions
{
    /// <summary>How long a pipeline waits for an ops system that doesn't answer before the deployment counts as failed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan UnavailableTimeout { get; set; } = TimeSpan.FromHours(24);
}
