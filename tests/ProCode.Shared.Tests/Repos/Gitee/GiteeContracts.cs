using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.Gitee;

public sealed class GiteeLookupTests() : LookupContract(new GiteeServer());

public sealed class GiteeMakingTests() : MakingContract(new GiteeServer());
