using Microsoft.Extensions.DependencyInjection;
using ProCode.Repos;

namespace ProCode.Deliveries;

/// <summary>The dialects of the kinds of hosts.</summary>
public sealed class HookDialects(IServiceProvider services)
{
    /// <summary>The dialect of a kind of host.</summary>
    public IHookDialect For(GitType type) => services.GetRequiredKeyedService<IHookDialect>(type);
}
