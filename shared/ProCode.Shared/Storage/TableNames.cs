namespace ProCode.Storage;

/// <summary>The tables.</summary>
public static class TableNames
{
    /// <summary>Everything that belongs to an app, a partition each (<see cref="AppRows"/>).</summary>
    public const string Apps = "apps";
    public const string Counters = "counters";
    public const string Credentials = "credentials";

    /// <summary>Apps that may owe something (<see cref="Storage.Doorbells"/>).</summary>
    public const string Doorbells = "doorbells";
    public const string Idempotency = "idempotency";

    /// <summary>The lists of a project: its apps, their names, its pipelines.</summary>
    public const string Listings = "listings";

    /// <summary>Which app an id belongs to (<see cref="Storage.Owners"/>).</summary>
    public const string Owners = "owners";

    /// <summary>Deployments that are waited for (<see cref="Deployments.DeploymentPolls"/>).</summary>
    public const string Polls = "polls";

    /// <summary>Runs that may be under way (<see cref="Pipelines.ActiveRuns"/>).</summary>
    public const string Runs = "runs";

    /// <summary>Those that are made when the app starts; a table that is missing here is made at its first use.</summary>
    public static IReadOnlyList<string> All { get; } = [Apps, Counters, Credentials, Doorbells, Idempotency, Listings, Owners, Polls, Runs];
}
