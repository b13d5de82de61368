using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.Gitee;

public sealed class GiteeLookupTests() : LookupContract(new GiteeServer());

public sealed class GiteeMakingTests() : MakingContract(new GiteeServer());

public sealed class GiteeSourceTests() : SourceContract(new GiteeServer());

public sealed class GiteeWebhookTests() : WebhookContract(new GiteeServer());

public sealed class GiteeMergeRequestTests() : MergeRequestContract(new GiteeServer(), openState: "open");

public sealed class GiteeTroubleTests() : TroubleContract(new GiteeServer())
{
    private protected override string ApiRoot => $"{Server.BaseUrl}/api/v5/repos/{Uri.EscapeDataString(Server.ProjectPath).Replace("%2F", "/", StringComparison.Ordinal)}";
}
