namespace Microsoft.DurableTask.Abstractions;

/// <summary>How versions of orchestrations compare.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>
    /// Below zero when the first is older. No version is older than any; versions such as <c>1.10</c> compare number by number, any
    /// others as text whose case is ignored.
    /// </summary>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        var isOne = !string.IsNullOrWhiteSpace(sourceVersion);
        var isOtherOne = !string.IsNullOrWhiteSpace(otherVersion);
        if (!isOne || !isOtherOne)
            return isOne.CompareTo(isOtherOne);
        return Version.TryParse(sourceVersion, out var source) && Version.TryParse(otherVersion, out var other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
