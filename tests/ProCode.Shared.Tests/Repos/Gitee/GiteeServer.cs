using System.Globalization;
using System.Text.Json.Nodes;
using ProCode.Repos;
using ProCode.Repos.Api;
using ProCode.Repos.Gitee;
using ProCode.Repos.Sources;
using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.Gitee;

/// <summary>A Gitee with one repository.</summary>
internal sealed class GiteeServer() : DocumentedServer("Gitee")
{
    public override string ProjectPath => "owner-ö/agent";

    public override GitType Type => GitType.Gitee;

    /// <summary>Whether branches and tags are made from the id of a commit, which the documentation leaves open.</summary>
    public bool TakesCommitIds { get; set; } = true;

    protected override string ProjectParameter => "owner/repo";

    protected override IGitHost NewHost(GitApi api) => new GiteeHost(api, GitHost, new SourceLimits());

    protected override FakeAnswer NoProject() => Problem(404, "Not Found Project");

    protected override FakeAnswer NoToken() => Problem(401, "401 Unauthorized: Access token does not exist");

    protected override FakeAnswer Page(DocumentedCall call, IReadOnlyList<JsonNode> all)
    {
        var (items, _, pages) = Cut(call, all);
        return new FakeAnswer(200, new JsonArray([.. items]))
        {
            Headers = new Dictionary<string, string> { ["total_page"] = $"{pages}", ["total_count"] = all.Count.ToString(CultureInfo.InvariantCulture) },
        };
    }

    protected override FakeAnswer Answer(DocumentedCall call) => call.Endpoint.Name switch
    {
        "get-repository" => new FakeAnswer(200, call.Endpoint.Shape(("full_name", ProjectPath), ("default_branch", Project.DefaultBranch))),
        "list-branches" => Page(call, [.. Project.Branches.Select(branch => RefOf(call, branch.Key, branch.Value))]),
        "get-branch" => Project.Branches.TryGetValue(call.Path["branch"], out var head) ? new FakeAnswer(200, RefOf(call, call.Path["branch"], head)) : Problem(404, "Branch"),
        "create-branch" => Make(call, call.Text("branch_name"), Project.Branches.ContainsKey(call.Text("branch_name")), (name, commit) => Project.Branches[name] = commit),
        "list-tags" => Page(call, [.. Project.Tags.Select(tag => RefOf(call, tag.Key, tag.Value.Commit))]),
        "create-tag" => Make(
            call,
            call.Text("tag_name"),
            Project.Tags.ContainsKey(call.Text("tag_name")),
            (name, commit) => Project.Tags[name] = new FakeTag(commit, call.Body!["tag_message"]?.GetValue<string>())),
        "get-commit" => Project.Resolve(call.Path["sha"]) is { } id ? new FakeAnswer(200, CommitOf(call.Endpoint.Shape(), id)) : Problem(404, "Commit"),
        "get-tarball" => Project.Archives.TryGetValue(call.Query["ref"], out var bytes) ? new FakeAnswer(200) { Bytes = bytes } : Problem(404, "Not Found"),
        "compare" => Compare(call),
        "list-hooks" => Page(call, [.. Project.Hooks.Select(hook => HookOf(call, hook))]),
        "create-hook" => Save(call, new FakeHook { Id = Project.NextNumber(), Url = "", Push = false, TagPush = false, Secret = null }, 201),
        "update-hook" => Hook(call) is { } hook ? Save(call, hook, 200) : Problem(404, "Hook"),
        "delete-hook" => Hook(call) is { } hook && Project.Hooks.Remove(hook) ? new FakeAnswer(204) : Problem(404, "Hook"),
        "list-pulls" => Page(call, [.. Project.MergeRequests
            .Where(made => made.State == call.Query["state"] && made.Source == call.Query["head"] && made.Target == call.Query["base"])
            .Select(made => PullOf(call, made))]),
        "create-pull" => CreatePull(call),
        "get-pull" => Project.MergeRequests.Find(made => $"{made.Number}" == call.Path["number"]) is { } found ? new FakeAnswer(200, PullOf(call, found)) : Problem(404, "Not Found"),
        var unknown => throw new InvalidOperationException(unknown),
    };

    private FakeAnswer Make(DocumentedCall call, string name, bool exists, Action<string, string> make)
    {
        if (exists) return Problem(400, $"{name} 已存在");
        if (name.Contains("refused", StringComparison.Ordinal)) return Problem(400, $"{name} 不允许");
        if ((Project.Branches.GetValueOrDefault(call.Text("refs")) ?? (TakesCommitIds ? Project.Resolve(call.Text("refs")) : null)) is not { } commit)
            return Problem(400, "refs 不存在");
        make(name, commit);
        return new FakeAnswer(201, RefOf(call, name, commit));
    }

    private static JsonNode RefOf(DocumentedCall call, string name, string commit) => call.Endpoint.Shape(("name", name), ("commit.sha", commit));

    private JsonNode CommitOf(JsonNode example, string id)
    {
        var commit = Project.Commits[id];
        example["sha"] = id;
        example["commit"]!["message"] = commit.Message;
        example["commit"]!["author"]!["name"] = commit.Author;
        example["commit"]!["author"]!["date"] = commit.Time;
        example["parents"] = new JsonArray([.. commit.Parents.Select(parent => new JsonObject { ["sha"] = parent })]);
        return example;
    }

    private FakeAnswer Compare(DocumentedCall call)
    {
        if (Project.Resolve(call.Path["base"]) is not { } from || Project.Resolve(call.Path["head"]) is not { } to) return Problem(404, "Not Found");
        var answer = call.Endpoint.Shape().AsObject();
        var (commit, file) = (answer["commits"]![0]!, answer["files"]![0]!);
        answer["commits"] = new JsonArray([.. Project.Between(from, to).Take(100).Select(found => CommitOf(commit.DeepClone(), found.Id))]);
        var files = new JsonArray();
        foreach (var (name, status) in new[] { ("new.py", "added"), ("main.py", "modified"), ("gone.py", "removed") })
        {
            var one = file.DeepClone();
            (one["filename"], one["status"]) = (name, status);
            files.Add(one);
        }

        answer["files"] = files;
        return new FakeAnswer(200, answer);
    }

    private FakeHook? Hook(DocumentedCall call) => Project.Hooks.Find(hook => $"{hook.Id}" == call.Path["id"]);

    private FakeAnswer Save(DocumentedCall call, FakeHook hook, int status)
    {
        if (!Uri.TryCreate(call.Text("url"), UriKind.Absolute, out _)) return Problem(422, $"url: {call.Body!["password"]}");
        (hook.Url, hook.Push, hook.TagPush) = (call.Text("url"), call.Flag("push_events"), call.Flag("tag_push_events"));
        var signs = call.Body!["encryption_type"]?.GetValue<int>() == 1;
        (hook.Secret, hook.SigningKey) = (signs ? null : call.Text("password"), signs ? call.Text("password") : null);
        if (!Project.Hooks.Contains(hook)) Project.Hooks.Add(hook);
        return new FakeAnswer(status, HookOf(call, hook));
    }

    private static JsonNode HookOf(DocumentedCall call, FakeHook hook) =>
        call.Endpoint.Shape(("id", hook.Id), ("url", hook.Url), ("push_events", hook.Push), ("tag_push_events", hook.TagPush));

    private FakeAnswer CreatePull(DocumentedCall call)
    {
        var (source, target) = (call.Text("head"), call.Text("base"));
        if (Project.MergeRequests.Exists(made => made.State == "open" && made.Fork == 0 && made.Source == source && made.Target == target)) return Problem(400, "Pull Request 已存在");
        if (!Project.Branches.ContainsKey(source) || !Project.Branches.ContainsKey(target) || source == target) return Problem(400, "分支不能合并");
        var request = new FakeMergeRequest { Number = Project.NextNumber(), Title = call.Text("title"), Source = source, Target = target, State = "open" };
        Project.MergeRequests.Add(request);
        return new FakeAnswer(201, PullOf(call, request));
    }

    private JsonNode PullOf(DocumentedCall call, FakeMergeRequest request) => call.Endpoint.Shape(
        ("number", request.Number), ("title", request.Title), ("state", request.State), ("head.ref", request.Source), ("base.ref", request.Target),
        ("head.sha", Project.Branches.GetValueOrDefault(request.Source)), ("head.repo.id", 501 + request.Fork));
}
