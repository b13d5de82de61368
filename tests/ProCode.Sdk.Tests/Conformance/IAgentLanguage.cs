namespace ProCode.Sdk.Tests.Conformance;

/// <summary>How a language's conformance agent (Agents/README.md) is started. Adding a language is one class that says this, and one derived class
/// per suite: see <see cref="PythonConformance"/>.</summary>
public interface IAgentLanguage
{
    /// <summary>Why the tests are skipped where the language's own tools are missing; null where they are not.</summary>
    static virtual string? Missing => null;

    /// <summary>Program and arguments; paths are absolute.</summary>
    static abstract IReadOnlyList<string> Command { get; }

    /// <summary>Variables that the program itself needs, such as a search path.</summary>
    static abstract IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Compiles what must be compiled; called before every start, so it remembers that it was done.</summary>
    static abstract Task PrepareAsync();
}
