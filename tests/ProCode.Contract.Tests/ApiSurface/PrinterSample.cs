namespace ProCode.Contract.Tests.ApiSurface;

/// <summary>A member of every kind, and the lines that the printer must make of them.</summary>
public abstract class PrinterSample : ICloneable
{
    public const int Limit = 3;

    internal const string Expected = """
        T ProCode.Contract.Tests.ApiSurface.PrinterSample : abstract class : System.ICloneable
        F ProCode.Contract.Tests.ApiSurface.PrinterSample.Limit : int [const] = 3
        C ProCode.Contract.Tests.ApiSurface.PrinterSample..ctor() [protected]
        P ProCode.Contract.Tests.ApiSurface.PrinterSample.Name : string {get;protected set;} [virtual]
        P ProCode.Contract.Tests.ApiSurface.PrinterSample.this[int index] : System.Nullable<long> {get;} [abstract]
        V ProCode.Contract.Tests.ApiSurface.PrinterSample.Changed : System.EventHandler
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.Clone() -> object
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.Find<T>(out T found, System.DayOfWeek day = System.DayOfWeek.Monday, string text = "a", System.Threading.CancellationToken token = default) -> bool where T : class,System.IDisposable,new() [protected virtual obsolete]
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.Sum(params int[] numbers) -> System.Collections.Generic.Dictionary<string,int[]> [static]
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.ToString() -> string [sealed override]
        T ProCode.Contract.Tests.ApiSurface.PrinterSample.Point : sealed record : System.IEquatable<ProCode.Contract.Tests.ApiSurface.PrinterSample.Point>
        C ProCode.Contract.Tests.ApiSurface.PrinterSample.Point..ctor(int X)
        P ProCode.Contract.Tests.ApiSurface.PrinterSample.Point.X : int {get;init;}
        P ProCode.Contract.Tests.ApiSurface.PrinterSample.Point.Y : int {get;init;} [required]
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.Point.Deconstruct(out int X) -> void [synthesized]
        T ProCode.Contract.Tests.ApiSurface.PrinterSample.Sides : enum [flags]
        E ProCode.Contract.Tests.ApiSurface.PrinterSample.Sides.Left = 1
        E ProCode.Contract.Tests.ApiSurface.PrinterSample.Sides.Right = 2
        T ProCode.Contract.Tests.ApiSurface.PrinterSample.Made<in T> : delegate
        M ProCode.Contract.Tests.ApiSurface.PrinterSample.Made<T>.Invoke(T item) -> void
        T ProCode.Contract.Tests.ApiSurface.PrinterSample.MarkAttribute : sealed class : System.Attribute
        A ProCode.Contract.Tests.ApiSurface.PrinterSample.MarkAttribute : System.AttributeUsage(Class|Method) AllowMultiple=true Inherited=true
        C ProCode.Contract.Tests.ApiSurface.PrinterSample.MarkAttribute..ctor()
        """;

    public delegate void Made<in T>(T item);

    public event EventHandler? Changed;

    [Flags]
    public enum Sides
    {
        Left = 1,
        Right = 2,
    }

    public virtual string Name { get; protected set; } = "";

    public abstract long? this[int index] { get; }

    public static Dictionary<string, int[]> Sum(params int[] numbers) => new() { ["all"] = numbers };

    public object Clone()
    {
        Changed?.Invoke(this, EventArgs.Empty);
        return MemberwiseClone();
    }

    public sealed override string ToString() => Name;

    [Obsolete("For the printer.")]
    protected virtual bool Find<T>(out T found, DayOfWeek day = DayOfWeek.Monday, string text = "a", CancellationToken token = default)
        where T : class, IDisposable, new()
    {
        found = new T();
        return day == DayOfWeek.Monday && text == "a" && !token.IsCancellationRequested;
    }

    private static void Hidden()
    {
    }

    public sealed record Point(int X)
    {
        public required int Y { get; init; }
    }

    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MarkAttribute : Attribute;
}
