using System.Security.Cryptography;
using System.Text;
using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>
/// A deployment that is waited for, and when its target is asked next. <paramref name="Said"/> tells whether an answer is new; after <paramref name="Until"/> nobody should
/// wait for it any more. One that is settled is not asked for: its run is called until it has taken note.
/// </summary>
public sealed record DeploymentPoll(DeployId Id, DateTimeOffset Due, int Interval, DateTimeOffset Until, string Said, bool IsSettled)
{
    // How soon a run that has not heard of its deployment's end is called again, and how long a callback may take to reach the row.
    private const int CallInterval = 30;
    private static readonly TimeSpan CallbackTime = TimeSpan.FromMinutes(1);

    /// <summary>The polls of a deployment that the target has taken.</summary>
    public static DeploymentPoll Of(DeployId id, DateTimeOffset acceptedAt, int interval, int timeout, DeploymentState state) =>
        new(id, acceptedAt.AddSeconds(interval), interval, acceptedAt.AddSeconds(timeout), Hash(state), IsSettled: false);

    /// <summary>The call that is due when a callback settles a deployment.</summary>
    public static DeploymentPoll Call(DeployId id, DateTimeOffset now) => new(id, now, CallInterval, now + CallbackTime, "", IsSettled: true);

    /// <summary>The first moment later than <paramref name="after"/> at which something that is due every so many seconds is due.</summary>
    public static DateTimeOffset NextDue(DateTimeOffset due, int interval, DateTimeOffset after)
    {
        if (after < due) return due;
        var step = TimeSpan.FromSeconds(interval).Ticks;
        return due.AddTicks(((after - due).Ticks / step + 1) * step);
    }

    /// <summary>The next poll, later than this moment.</summary>
    public DeploymentPoll After(DateTimeOffset moment) => this with { Due = NextDue(Due, Interval, moment) };

    /// <summary>What an answer is recognised by. A deployment that the target doesn't know is an answer, too.</summary>
    public static string Hash(Result<DeploymentState> answer)
    {
        var text = answer.TryGet(out var state, out var error) ? $"{state.Status}\n{state.Url}\n{state.Message}" : error.Code.Name;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}

/// <summary>A target that does not answer: since when, after how many questions, and when it is asked again.</summary>
public sealed record TargetAbsence(DateTimeOffset Since, int Asked, DateTimeOffset AskAgainAt)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>The absence after one more question without an answer.</summary>
    public static TargetAbsence After(TargetAbsence? absence, DateTimeOffset now)
    {
        var asked = (absence?.Asked ?? 0) + 1;
        var pause = FirstPause * Math.Pow(2, Math.Min(asked, 10) - 1);
        return new TargetAbsence(absence?.Since ?? now, asked, now + (pause < LongestPause ? pause : LongestPause));
    }
}
