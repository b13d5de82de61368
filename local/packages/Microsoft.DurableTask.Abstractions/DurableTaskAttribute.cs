namespace Microsoft.DurableTask;

/// <summary>Gives an orchestrator or activity class another task name than the class's own.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute : Attribute
{
    public DurableTaskAttribute(string? name = null) => Name = name is null ? default : new TaskName(name);

    public TaskName Name { get; }

    public string? Version { get; set; }
}
