using System.Globalization;
using System.Text.Json.Nodes;
using ProCode.Repos;
using ProCode.Repos.Api;
using ProCode.Repos.GitLab;
using ProCode.Repos.Sources;
using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.GitLab;

/// <summary>A GitLab with one project in a sub-group.</summary>
internal sealed class GitLabServer() : DocumentedServer("GitLab")
{
    public override string ProjectPath => "group/sub-gruppe-ä/agent";

    public override GitType Type => GitType.GitLab;

    protected override string ProjectParameter => "id";

    protected override IGitHost NewHost(GitApi api) => new GitLabHost(api, GitHost, new SourceLimits());

    protected override FakeAnswer NoProject() => Problem(404, "404 Project Not Found");

    protected override FakeAnswer NoToken() => Problem(401, "401 Unauthorized");

    protected override FakeAnswer Page(DocumentedCall call, IReadOnlyList<JsonNode> all)
    {
        var (items, page, pages) = Cut(call, all);
        var next = page < pages ? (page + 1).ToString(CultureInfo.InvariantCulture) : "";
        return new FakeAnswer(200, new JsonArray([.. items])) { Headers = new Dictionary<string, string> { ["x-next-page"] = next, ["x-page"] = $"{page}" } };
    }

    protected override FakeAnswer Answer(DocumentedCall call) => call.Endpoint.Name switch
    {
        "get-project" => new FakeAnswer(200, call.Endpoint.Shape(
            ("path_with_namespace", ProjectPath), ("default_branch", Project.DefaultBranch), ("empty_repo", Project.Branches.Count + Project.Tags.Count == 0))),
        "list-branches" => Page(call, [.. Project.Branches.Select(branch => BranchOf(call, branch.Key))]),
        "get-branch" => Project.Branches.ContainsKey(call.Path["branch"]) ? new FakeAnswer(200, BranchOf(call, call.Path["branch"])) : Problem(404, "404 Branch Not Found"),
        "create-branch" => Make(call, call.Text("branch"), Project.Branches.ContainsKey(call.Text("branch")), "Branch already exists", (name, commit) => Project.Branches[name] = commit),
        "list-tags" => Page(call, [.. Project.Tags.Select(tag => TagOf(call, tag.Key))]),
        "get-tag" => Project.Tags.ContainsKey(call.Path["tag_name"]) ? new FakeAnswer(200, TagOf(call, call.Path["tag_name"])) : Problem(404, "404 Tag Not Found"),
        "create-tag" => Make(
            call,
            call.Text("tag_name"),
            Project.Tags.ContainsKey(call.Text("tag_name")),
            $"Tag {call.Text("tag_name")} already exists",
            (name, commit) => Project.Tags[name] = new FakeTag(commit, call.Body!["message"]?.GetValue<string>())),
        "get-commit" => Project.Resolve(call.Path["sha"]) is { } id ? new FakeAnswer(200, call.Endpoint.Shape(CommitOf(id, ""))) : Problem(404, "404 Commit Not Found"),
        "get-archive" => Project.Archives.TryGetValue(call.Query["sha"], out var bytes) ? new FakeAnswer(200) { Bytes = bytes } : Problem(404, "404 File Not Found"),
        "compare" => Compare(call),
        "list-hooks" => Page(call, [.. Project.Hooks.Select(hook => HookOf(call, hook))]),
        "create-hook" => Save(call, new FakeHook { Id = Project.NextNumber(), Url = "", Push = false, TagPush = false, Secret = null }, 201),
        "update-hook" => Hook(call) is { } hook ? Save(call, hook, 200) : Problem(404, "404 Not found"),
        "delete-hook" => Hook(call) is { } hook && Project.Hooks.Remove(hook) ? new FakeAnswer(204) : Problem(404, "404 Not found"),
        "list-merge-requests" => Page(call, [.. Project.MergeRequests
            .Where(made => made.State == call.Query["state"] && made.Source == call.Query["source_branch"] && made.Target == call.Query["target_branch"])
            .Select(made => MergeRequestOf(call, made))]),
        "create-merge-request" => CreateMergeRequest(call),
        "get-merge-request" => Project.MergeRequests.Find(made => $"{made.Number}" == call.Path["merge_request_iid"]) is { } found
            ? new FakeAnswer(200, MergeRequestOf(call, found)) : Problem(404, "404 Not found"),
        var unknown => throw new InvalidOperationException(unknown),
    };

    private FakeAnswer Make(DocumentedCall call, string name, bool exists, string already, Action<string, string> make)
    {
        if (exists) return Problem(400, already);
        if (name.Contains("refused", StringComparison.Ordinal)) return Problem(400, $"{name} is not allowed here");
        if (Project.Resolve(call.Text("ref")) is not { } commit) return Problem(400, $"Target {call.Text("ref")} is invalid");
        make(name, commit);
        return new FakeAnswer(201, call.Endpoint.Name == "create-tag" ? TagOf(call, name) : BranchOf(call, name));
    }

    private (string, JsonNode?)[] CommitOf(string id, string prefix)
    {
        var commit = Project.Commits[id];
        return
        [
            (prefix + "id", id), (prefix + "message", commit.Message), (prefix + "author_name", commit.Author), (prefix + "authored_date", commit.Time),
            (prefix + "parent_ids", new JsonArray([.. commit.Parents.Select(parent => JsonValue.Create(parent))])),
        ];
    }

    private JsonNode BranchOf(DocumentedCall call, string name) => call.Endpoint.Shape([("name", name), .. CommitOf(Project.Branches[name], "commit.")]);

    // The target of an annotated tag is the tag object; the commit is the one that it leads to.
    private JsonNode TagOf(DocumentedCall call, string name) => call.Endpoint.Shape(
        [("name", name), ("target", new string('e', 40)), ("message", Project.Tags[name].Message), .. CommitOf(Project.Tags[name].Commit, "commit.")]);

    private FakeAnswer Compare(DocumentedCall call)
    {
        if (Project.Resolve(call.Query["from"]) is not { } from || Project.Resolve(call.Query["to"]) is not { } to) return Problem(404, "404 Ref Not Found");
        var answer = call.Endpoint.Shape().AsObject();
        var (commit, diff) = (answer["commits"]![0]!, answer["diffs"]![0]!);
        answer["commits"] = new JsonArray([.. Project.Between(from, to).Reverse().Select(found => Fill(commit, CommitOf(found.Id, "")))]);
        answer["diffs"] = new JsonArray(
            Fill(diff, ("old_path", "new.py"), ("new_path", "new.py"), ("new_file", true)),
            Fill(diff, ("old_path", "main.py"), ("new_path", "main.py")),
            Fill(diff, ("old_path", "gone.py"), ("new_path", "gone.py"), ("deleted_file", true)),
            Fill(diff, ("old_path", "old.py"), ("new_path", "moved.py"), ("renamed_file", true)));
        return new FakeAnswer(200, answer);
    }

    private static JsonNode Fill(JsonNode example, params (string Name, JsonNode? Value)[] values)
    {
        var copy = example.DeepClone();
        foreach (var (name, value) in values) copy[name] = copy.AsObject().ContainsKey(name) ? value : throw new InvalidOperationException(name);
        return copy;
    }

    private FakeHook? Hook(DocumentedCall call) => Project.Hooks.Find(hook => $"{hook.Id}" == call.Path["hook_id"]);

    private FakeAnswer Save(DocumentedCall call, FakeHook hook, int status)
    {
        if (!Uri.TryCreate(call.Text("url"), UriKind.Absolute, out _)) return Problem(422, $"Url is not valid (token {call.Body!["token"]})");
        (hook.Url, hook.Push, hook.TagPush) = (call.Text("url"), call.Flag("push_events"), call.Flag("tag_push_events"));
        (hook.Secret, hook.SigningKey) = (call.Body!["token"]?.GetValue<string>(), call.Body["signing_token"]?.GetValue<string>());
        if (!Project.Hooks.Contains(hook)) Project.Hooks.Add(hook);
        return new FakeAnswer(status, HookOf(call, hook));
    }

    private static JsonNode HookOf(DocumentedCall call, FakeHook hook) => call.Endpoint.Shape(
        ("id", hook.Id), ("url", hook.Url), ("push_events", hook.Push), ("tag_push_events", hook.TagPush), ("signing_token_present", hook.SigningKey is not null));

    private FakeAnswer CreateMergeRequest(DocumentedCall call)
    {
        var (source, target) = (call.Text("source_branch"), call.Text("target_branch"));
        if (Project.MergeRequests.Exists(made => made.State == "opened" && made.Fork == 0 && made.Source == source && made.Target == target))
            return new FakeAnswer(409, new JsonObject { ["message"] = new JsonArray("Another open merge request already exists for this source branch: !1") });
        if (!Project.Branches.ContainsKey(source) || !Project.Branches.ContainsKey(target) || source == target)
            return Problem(422, "The source branch can't be merged there");
        var request = new FakeMergeRequest { Number = Project.NextNumber(), Title = call.Text("title"), Source = source, Target = target, State = "opened" };
        Project.MergeRequests.Add(request);
        return new FakeAnswer(201, MergeRequestOf(call, request));
    }

    private JsonNode MergeRequestOf(DocumentedCall call, FakeMergeRequest request) => call.Endpoint.Shape(
        ("iid", request.Number), ("title", request.Title), ("state", request.State), ("source_branch", request.Source), ("target_branch", request.Target),
        ("sha", Project.Branches.GetValueOrDefault(request.Source)), ("source_project_id", 81 + request.Fork));
}
