using ProCode.Builds;

namespace ProCode.Pipelines;

/// <summary>The checkpoint of CODE_CHECK: the commit (full hexadecimal id), and the tag or the test branch that names it, if the phase makes one.</summary>
public sealed record CodeCheckOutput(string CommitId, string? Tag = null, string? Branch = null);

/// <summary>The checkpoint of BUILD: blob names of the Dockerfile and of the source, and how the project wants to be run.</summary>
public sealed record BuildOutput(string Dockerfile, string Source, string BaseImage, ProjectManifest Manifest);

/// <summary>The checkpoint of PACKAGE: the image's reference and its manifest's digest.</summary>
public sealed record PackageOutput(string Image, string Digest, long SizeBytes, PackageConfig Config);

/// <summary>What the image expects of whoever runs it.</summary>
public sealed record PackageConfig(int Port, string Health, IReadOnlyList<string> Entrypoint);

/// <summary>The checkpoint of DEPLOY: the settled deployment and where the agent answers.</summary>
public sealed record DeployOutput(string DeployId, string? Url);
