using System.Diagnostics;
using System.Globalization;

namespace ProCode.Local.Durable.Running;

/// <summary>Where this process kills itself with SIGKILL, for crash tests: <c>point:activity[:nth]</c>.</summary>
internal sealed class CrashPoint
{
    /// <summary>The activity has returned; its result is not recorded.</summary>
    public const string AfterEffect = "after-effect";

    /// <summary>The result is committed; the orchestrator has not run on.</summary>
    public const string AfterRecord = "after-record";

    private readonly string? _point;
    private readonly string _activity = "*";
    private readonly int _nth = 1;
    private int _reached;

    private CrashPoint(string? point, string activity, int nth) => (_point, _activity, _nth) = (point, activity, nth);

    /// <summary>Throws <see cref="FormatException"/> for a text that names no known point.</summary>
    public static CrashPoint Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new(null, "*", 1);
        var parts = text.Split(':');
        var nth = 1;
        if (parts.Length is < 2 or > 3
            || parts[0] is not (AfterEffect or AfterRecord)
            || (parts.Length == 3 && (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out nth) || nth < 1)))
            throw new FormatException(
                $"'{text}' is not a crash point. It must be {AfterEffect}:<activity or *>[:<nth>] or {AfterRecord}:<activity or *>[:<nth>].");
        return new(parts[0], parts[1], nth);
    }

    public void Reach(string point, string activity)
    {
        if (point != _point || (_activity != "*" && !_activity.Equals(activity, StringComparison.OrdinalIgnoreCase)))
            return;
        if (Interlocked.Increment(ref _reached) != _nth)
            return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may be delivered a moment later; nothing must happen in between.
        new ManualResetEvent(false).WaitOne();
    }
}
