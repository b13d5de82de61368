namespace ProCode.Builds;

/// <summary>procode.yaml: how a project wants to be run. <paramref name="Entrypoint"/> is the command inside the image, relative to
/// /app; <paramref name="Health"/> is a path that answers 2xx when the agent is ready.</summary>
public sealed record ProjectManifest(string Name, string Runtime, IReadOnlyList<string> Entrypoint, int Port, string Health);
