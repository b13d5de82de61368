using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.GitLab;

public sealed class GitLabLookupTests() : LookupContract(new GitLabServer());

public sealed class GitLabMakingTests() : MakingContract(new GitLabServer());
