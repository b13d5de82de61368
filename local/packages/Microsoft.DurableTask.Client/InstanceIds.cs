namespace Microsoft.DurableTask.Client;

/// <summary>Which ids an orchestration instance may have. Throws <see cref="ArgumentException"/> for any other.</summary>
internal static class InstanceIds
{
    private const int MaxLength = 100;

    /// <summary>What the Functions host asks of a new instance's id.</summary>
    public static void MustBeAllowed(string id, string parameter)
    {
        MustNotBeAnEntitys(id, parameter);
        if (id.Length is 0 or > MaxLength || id.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
            throw new ArgumentException($"An instance id has 1 to {MaxLength} characters, none of them / \\ # ? or a control character.", parameter);
    }

    /// <summary>Ids that start with @ belong to entities; nothing that is said to an orchestration reaches one.</summary>
    public static void MustNotBeAnEntitys(string? id, string parameter)
    {
        if (id is ['@', ..])
            throw new ArgumentException("An instance id doesn't start with @: such ids belong to entities.", parameter);
    }

    /// <summary>The id of an instance that something is asked of.</summary>
    public static void MustBeGiven(string? id, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, parameter);
        MustNotBeAnEntitys(id, parameter);
    }
}
