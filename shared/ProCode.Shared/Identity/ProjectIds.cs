namespace ProCode.Identity;

/// <summary>Every aggregate belongs to a project; until there are more, to this one.</summary>
public static class ProjectIds
{
    /// <summary>The project of everything that names none.</summary>
    public const long Default = 1;
}
