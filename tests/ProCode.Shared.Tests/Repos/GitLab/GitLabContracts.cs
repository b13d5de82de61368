using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.GitLab;

public sealed class GitLabLookupTests() : LookupContract(new GitLabServer());

public sealed class GitLabMakingTests() : MakingContract(new GitLabServer());

public sealed class GitLabSourceTests() : SourceContract(new GitLabServer());

public sealed class GitLabWebhookTests() : WebhookContract(new GitLabServer());

public sealed class GitLabMergeRequestTests() : MergeRequestContract(new GitLabServer(), openState: "opened");

public sealed class GitLabTroubleTests() : TroubleContract(new GitLabServer())
{
    private protected override string ApiRoot => $"{Server.BaseUrl}/api/v4/projects/{Uri.EscapeDataString(Server.ProjectPath)}";
}
