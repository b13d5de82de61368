using ProCode.Apps;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Scaffolds;

/// <summary>What can go wrong with naming a scaffold.</summary>
public static class ScaffoldErrors
{
    public static readonly ErrorCode Unknown = new(1009, "SCAFFOLD_UNKNOWN", ErrorKind.NotFound);
    public static readonly ErrorCode StackMismatch = new(1010, "SCAFFOLD_STACK_MISMATCH", ErrorKind.Invalid);

    /// <summary>No scaffold is called this; <paramref name="known"/> are the names there are.</summary>
    public static Error NotFound(IEnumerable<string> known) => Unknown.With($"There is no such scaffold. There are: {string.Join(", ", known)}.");

    /// <summary>An app's request names a scaffold in another language than the app's.</summary>
    public static Error WrongStack(Scaffold scaffold, TechStack asked) => StackMismatch.With(
        $"The scaffold {scaffold.Name} is for {EnumNames.NameOf(scaffold.TechStack)}, the app is {EnumNames.NameOf(asked)}.",
        "scaffoldTemplate", $"is for {EnumNames.NameOf(scaffold.TechStack)}");
}
