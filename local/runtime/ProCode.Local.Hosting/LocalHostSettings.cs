using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ProCode.Local.Hosting;

/// <summary>The settings of the local host itself, all under <c>ProCodeLocal</c>.</summary>
internal sealed record LocalHostSettings
{
    /// <summary>Folder for everything the local runtime keeps: the durable engine's file and the timers' state.</summary>
    public required string DataPath { get; init; }

    /// <summary>Port on 127.0.0.1; 0 means any free one. The default is that of the Functions Core Tools.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Replays every orchestration from its start at every step.</summary>
    public bool ForceReplay { get; init; }

    /// <summary>Where the process kills itself, for crash tests: <c>point:activity[:nth]</c>.</summary>
    public string? CrashAt { get; init; }

    /// <summary>How long finished orchestrations are kept; infinite keeps them until they are purged.</summary>
    public TimeSpan DurableRetention { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the durable engine waits for the disk with every commit.</summary>
    public bool SurvivesPowerLoss { get; init; }

    /// <summary>Loses and reorders external events around ContinueAsNew; the number seeds the choice.</summary>
    public int? EventChaos { get; init; }

    public static LocalHostSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("ProCodeLocal");
        return new LocalHostSettings
        {
            DataPath = Path.GetFullPath(section["DataPath"] ?? ".procode"),
            Port = section.GetValue("Port", 7071),
            ForceReplay = section.GetValue("ForceReplay", false),
            CrashAt = section["CrashAt"],
            DurableRetention = ReadRetention(section),
            SurvivesPowerLoss = section.GetValue("SurvivesPowerLoss", false),
            EventChaos = section.GetValue<int?>("EventChaos"),
        };
    }

    // A number alone would be days, and -1 a day that has yet to come.
    private static TimeSpan ReadRetention(IConfigurationSection section) => section["DurableRetention"] switch
    {
        null or "" => Timeout.InfiniteTimeSpan,
        var text when text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var retention) && retention > TimeSpan.Zero => retention,
        var text => throw new InvalidDataException($"ProCodeLocal__DurableRetention must be a time such as 30.00:00:00 (30 days), and is '{text}'."),
    };
}
