using System.Text.RegularExpressions;
using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Deliveries;

/// <summary>The hook that docs/webhooks.md gives for plain git servers, as it stands there, in a repository that is pushed to.</summary>
public sealed partial class PostReceiveHookTests(SharedStack stack)
{
    [Fact]
    public async Task Push_ToARepositoryWithTheHook_IsDelivered()
    {
        var app = await HookedApp.CreateAsync(stack.Stack);
        using var folder = new TestFolder();
        var url = new UriBuilder(stack.Git.UrlOf(app.Release.Repository)) { UserName = TestStack.GitUsername, Password = stack.Stack.GitPassword }.ToString();
        var (clone, hooked) = (folder["clone"], folder["hooked"]);
        await GitAsync("clone", "--quiet", "--bare", url, clone);
        await GitAsync("init", "--quiet", "--bare", hooked);
        var hook = Path.Combine(hooked, "hooks", "post-receive");
        await File.WriteAllTextAsync(hook, Script(new Uri(stack.App.BaseUrl, $"api/v1/{app.Path}"), app.Secret));
        await Tool.RequireAsync(["chmod", "700", hook], CancellationToken.None);

        await GitAsync("-C", clone, "push", "--quiet", hooked, "main", $"{app.Release.CommitId}:refs/tags/v0.0.1");
        await GitAsync("-C", clone, "push", "--quiet", hooked, ":refs/tags/v0.0.1");

        var deliveries = await app.ListAsync();
        Assert.Equal(3, deliveries.Count);
        var main = Assert.Single(deliveries, delivery => delivery.Ref == "refs/heads/main");
        Assert.Equal(("PUSH", null, app.Release.CommitId), (main.Event, main.Before, main.After));
        Assert.Equal("APPLIED", (await app.EndAsync(main.Id)).Status);
        Assert.Contains(deliveries, delivery => delivery is { Event: "TAG_PUSH", Ref: "refs/tags/v0.0.1", After: null });
    }

    private static string Script(Uri url, string secret)
    {
        var script = Block().Match(File.ReadAllText(Checkout.PathOf("docs/webhooks.md"))).Groups[1].Value;
        Assert.Contains("whsec_…", script, StringComparison.Ordinal);
        return script.Replace("whsec_…", secret, StringComparison.Ordinal).Replace("https://procode.example.com/api/v1/hooks/git/1", url.ToString(), StringComparison.Ordinal);
    }

    private static Task<string> GitAsync(params string[] arguments) => Tool.RequireAsync(["git", .. arguments], CancellationToken.None);

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
