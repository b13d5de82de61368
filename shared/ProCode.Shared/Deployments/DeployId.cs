using System.Globalization;
using System.Text.RegularExpressions;

namespace ProCode.Deployments;

/// <summary>The id of a deployment: made of the attempt it belongs to, so that the same attempt never makes two, and a callback finds its
/// way without a look-up. Text form: <c>deploy-{app}-{pipeline}-{run}-{attempt}</c>.</summary>
public sealed partial record DeployId(long AppId, long PipelineId, int Run, int Attempt)
{
    /// <summary>The id that a text names, or null.</summary>
    public static DeployId? Parse(string? text)
    {
        var match = Pattern().Match(text ?? "");
        return match.Success
            ? new DeployId(
                long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[4].ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"deploy-{AppId}-{PipelineId}-{Run}-{Attempt}");

    [GeneratedRegex(@"\Adeploy-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([1-9][0-9]{0,8})-([1-9][0-9]{0,8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
