using System.Reflection;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.Documented;

/// <summary>Stands where a host hands something on to git: keeps what was asked for, and says that it worked.</summary>
public class GitStub : DispatchProxy
{
    private GitStub _kept;

    public GitStub() => _kept = this;

    public List<string> Calls { get; } = [];

    internal IGitHost Host
    {
        get
        {
            var host = Create<IGitHost, GitStub>();
            ((GitStub)(object)host)._kept = this;
            return host;
        }
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _kept.Calls.Add(string.Join(' ', [targetMethod!.Name, .. args!.OfType<string>()]));
        return targetMethod.Name == nameof(IGitHost.PushFirstCommitAsync)
            ? Task.FromResult<Result<string>>(new string('f', 40))
            : Task.FromResult<Result<Done>>(Done.Value);
    }
}
