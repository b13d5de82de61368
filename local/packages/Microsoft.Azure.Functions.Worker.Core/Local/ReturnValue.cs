using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Awaits what a method returned, by its declared type.</summary>
internal static class ReturnValue
{
    /// <summary>The type of the value itself; <c>void</c> when there is none.</summary>
    public static Type TypeOf(Type declared)
    {
        if (declared == typeof(Task) || declared == typeof(ValueTask)) return typeof(void);
        return IsGeneric(declared) ? declared.GetGenericArguments()[0] : declared;
    }

    public static Func<object?, ValueTask<object?>> Of(Type declared)
    {
        if (declared == typeof(Task)) return OfTask;
        if (declared == typeof(ValueTask)) return OfValueTask;
        if (!IsGeneric(declared)) return value => new ValueTask<object?>(value);

        var name = declared.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(OfTaskWithValue) : nameof(OfValueTaskWithValue);
        return typeof(ReturnValue).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(declared.GetGenericArguments())
            .CreateDelegate<Func<object?, ValueTask<object?>>>();
    }

    private static bool IsGeneric(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static async ValueTask<object?> OfTask(object? task)
    {
        await (Task)task!;
        return null;
    }

    private static async ValueTask<object?> OfValueTask(object? task)
    {
        await (ValueTask)task!;
        return null;
    }

    private static async ValueTask<object?> OfTaskWithValue<T>(object? task) => await (Task<T>)task!;

    private static async ValueTask<object?> OfValueTaskWithValue<T>(object? task) => await (ValueTask<T>)task!;
}
