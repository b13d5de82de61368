using System.Text.Json;
using System.Text.RegularExpressions;
using ProCode.Json;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// The folder of one deployment, <c>root/appId-environment/deployId</c>: all that is known of it is here, so that a restarted app finds it
/// again. Whoever writes holds the slot (<see cref="DeploymentSlot"/>); reading needs no lock, as files appear whole.
/// </summary>
internal sealed partial record DeploymentFolder(string SlotPath, string DeployId)
{
    public string Path => System.IO.Path.Combine(SlotPath, DeployId);

    /// <summary>The unpacked image.</summary>
    public string FilesPath => System.IO.Path.Combine(RunPath, "files");

    /// <summary>The agent's HOME.</summary>
    public string HomePath => System.IO.Path.Combine(RunPath, "home");

    public AgentLog Log => new(System.IO.Path.Combine(Path, "agent.log"));

    private string RunPath => System.IO.Path.Combine(Path, "run");

    private string RecordPath => System.IO.Path.Combine(Path, "deployment.json");

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    public static DeploymentFolder For(string root, DeploymentRequest request) =>
        new(System.IO.Path.Combine(root, FormattableString.Invariant($"{request.AppId}-{request.Environment}")), request.DeployId);

    public static DeploymentFolder? Find(string root, string deployId) =>
        IsName(deployId)
            ? Slots(root).Select(slot => new DeploymentFolder(slot, deployId)).FirstOrDefault(folder => File.Exists(folder.RecordPath))
            : null;

    public static IEnumerable<string> Slots(string root) => Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [];

    public static IEnumerable<DeploymentFolder> InSlot(string slotPath) =>
        Directory.EnumerateDirectories(slotPath).Select(path => new DeploymentFolder(slotPath, System.IO.Path.GetFileName(path)));

    /// <summary>Null when nothing was written yet.</summary>
    public DeploymentRecord? Read() =>
        File.Exists(RecordPath) ? JsonSerializer.Deserialize<DeploymentRecord>(File.ReadAllBytes(RecordPath), ProCodeJson.Stored) : null;

    public DeploymentRecord Write(DeploymentRecord record)
    {
        Directory.CreateDirectory(Path);
        var temporary = RecordPath + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, record, ProCodeJson.Stored);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, RecordPath, overwrite: true);
        return record;
    }

    /// <summary>Where the process of an attempt names itself.</summary>
    public string ProcessPath(int attempt) => System.IO.Path.Combine(Path, FormattableString.Invariant($"process-{attempt}"));

    /// <summary>The process that was started last, alive or not; null when none was.</summary>
    public AgentProcess? Process(DeploymentRecord record) => AgentProcess.Read(ProcessPath(record.Attempt));

    /// <summary>Whether there is anything that only a running agent needs.</summary>
    public bool HasFiles => Directory.Exists(RunPath);

    /// <summary>Gives the disk space back. The record and the log stay.</summary>
    public void RemoveFiles()
    {
        if (HasFiles)
            Directory.Delete(RunPath, recursive: true);
    }

    // No dot: a name is a folder here and part of a webhook's id there.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
