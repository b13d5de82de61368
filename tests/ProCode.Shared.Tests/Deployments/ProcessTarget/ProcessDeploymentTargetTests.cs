using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ProCode.Deployments.ProcessTarget;

public sealed class ProcessDeploymentTargetTests
{
    [Fact]
    public async Task Create_GoodAgent_AnswersAndReportsOnce()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();

        var created = await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1.2.3")), default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Equal(OpsStatus.RUNNING, created.Value.Status);
        Assert.Null(created.Value.Url);
        Assert.Equal(OpsStatus.SUCCESS, settled.Status);
        var response = await harness.Http.PostAsJsonAsync(settled.Url + "/invoke", new { input = "to be or not" });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(4, answer.GetProperty("words").GetInt32());
        Assert.Contains("v1.2.3", await harness.Http.GetStringAsync(settled.Url + "/manifest"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await harness.Http.PostAsJsonAsync(settled.Url + "/invoke", new { inputs = 1 })).StatusCode);

        await ProcessTargetHarness.UntilAsync(() => !harness.Callbacks.Received.IsEmpty);
        var (headers, body) = Assert.Single(harness.Callbacks.Received);
        Assert.Equal(harness.Id("one") + "-settled", headers.Id);
        Assert.Equal(["deployId", "message", "status", "timestamp"], body.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal((harness.Id("one"), "SUCCESS"), (body.GetProperty("deployId").GetString(), body.GetProperty("status").GetString()));
        Assert.InRange(body.GetProperty("timestamp").GetDateTimeOffset(), DateTimeOffset.UnixEpoch, TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Create_ReceiverRefusesTwice_IsReportedAtTheThirdAttempt()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        harness.Callbacks.RefuseNext = 2;

        await harness.NewTarget().CreateAsync(await harness.RequestAsync("one", Agents.Good("v1")), default);

        await ProcessTargetHarness.UntilAsync(() => !harness.Callbacks.Received.IsEmpty);
        Assert.Equal(3, harness.Callbacks.Attempts);
    }

    [Fact]
    public async Task Create_AgentCrashes_FailsWithExitCodeAndLastLinesWithoutSecrets()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();

        await target.CreateAsync(await harness.RequestAsync("one", Agents.Crashing, env: new Dictionary<string, string> { ["API_KEY"] = "sk-very-secret" }), default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Equal(OpsStatus.FAILED, settled.Status);
        Assert.StartsWith("AGENT_CRASHED: The agent's process ended with exit code 3 before it was healthy.", settled.Message, StringComparison.Ordinal);
        Assert.Contains("reading the settings\nthe key is ***", settled.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(harness.Folder("one").Path).Where(path => !path.EndsWith(".log", StringComparison.Ordinal)),
            path => File.ReadAllText(path).Contains("sk-very-secret", StringComparison.Ordinal) || File.ReadAllText(path).Contains("whsec_", StringComparison.Ordinal));
        // No zombie: the pid is free again.
        var pid = harness.Process("one").Pid;
        await ProcessTargetHarness.UntilAsync(() => ProcStat.Read(pid) is null);
    }

    [Fact]
    public async Task Create_NeverHealthy_FailsAndStopsTheAgent()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget(healthTimeout: TimeSpan.FromSeconds(1));

        await target.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy), default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Equal(OpsStatus.FAILED, settled.Status);
        Assert.StartsWith("AGENT_UNHEALTHY: The agent did not answer 2xx at /health within 1 s.", settled.Message, StringComparison.Ordinal);
        await ProcessTargetHarness.UntilAsync(() => harness.Marked().Count == 0);
        Assert.Equal(settled, (await target.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy), default)).Value);
        Assert.Empty(harness.Marked());
    }

    [Fact]
    public async Task Create_NextDeployment_ReplacesTheEarlierOneEvenIfItIgnoresTerminate()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.DeafToTerminate, fence: 1), default);
        await harness.SettledAsync(target, "one");
        Assert.Equal(2, harness.Marked("one").Count);
        var firstPid = harness.Process("one").Pid;
        await target.CreateAsync(await harness.RequestAsync("elsewhere", Agents.Good("v1"), fence: 1, environment: "test"), default);

        await target.CreateAsync(await harness.RequestAsync("two", Agents.Good("v2"), fence: 2), default);
        var second = await harness.SettledAsync(target, "two");

        Assert.Equal(OpsStatus.SUCCESS, second.Status);
        await ProcessTargetHarness.UntilAsync(() => harness.Marked("one").Count == 0);
        await ProcessTargetHarness.UntilAsync(() => ProcStat.Read(firstPid) is null); // No zombie either.
        Assert.Contains("v2", await harness.Http.GetStringAsync(second.Url + "/health"), StringComparison.Ordinal);
        var first = (await target.GetStatusAsync(harness.Id("one"), default)).Value;
        Assert.Equal(new DeploymentState(OpsStatus.SUCCESS, $"Replaced by deployment {harness.Id("two")}.", null), first);
        await ProcessTargetHarness.UntilAsync(() => !harness.Folder("one").HasFiles);
        Assert.Equal(OpsStatus.SUCCESS, (await harness.SettledAsync(target, "elsewhere")).Status);
    }

    [Fact]
    public async Task GetStatus_WhileItIsCreated_LosesNothingOfTheRequest()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        var request = await harness.RequestAsync("one", Agents.Crashing, env: new Dictionary<string, string> { ["API_KEY"] = "sk-very-secret" });

        var creating = Task.Run(() => target.CreateAsync(request, default));
        while (!creating.IsCompleted)
            await target.GetStatusAsync(request.DeployId, default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Contains("with exit code 3", settled.Message, StringComparison.Ordinal);
        Assert.EndsWith("the key is ***", settled.Message, StringComparison.Ordinal);
        await ProcessTargetHarness.UntilAsync(() => !harness.Callbacks.Received.IsEmpty);
    }

    [Fact]
    public async Task Create_NextDeploymentFails_LeavesTheEarlierOneRunning()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1"), fence: 1), default);
        var first = await harness.SettledAsync(target, "one");

        await target.CreateAsync(await harness.RequestAsync("two", Agents.Crashing, fence: 2, env: new Dictionary<string, string> { ["API_KEY"] = "1" }), default);
        await harness.SettledAsync(target, "two");

        Assert.Contains("v1", await harness.Http.GetStringAsync(first.Url + "/health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SameIdTenTimesAtOnce_StartsOneProcess()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        // Two targets on one folder: as many as two apps would be.
        ProcessDeploymentTarget[] targets = [harness.NewTarget(), harness.NewTarget()];
        var request = await harness.RequestAsync("one", Agents.Good("v1"));

        var states = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Task.Run(() => targets[n % 2].CreateAsync(request, default))));

        Assert.All(states, state => Assert.True(state.Succeeded));
        await harness.SettledAsync(targets[0], "one");
        Assert.Single(harness.Marked("one"));
    }

    [Fact]
    public async Task Create_LowerFence_IsRefused()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("two", Agents.Good("v2"), fence: 2), default);

        var refused = await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1"), fence: 1), default);

        Assert.Equal(OpsStatus.FAILED, refused.Value.Status);
        Assert.StartsWith("DEPLOY_SUPERSEDED: ", refused.Value.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Value, (await target.GetStatusAsync(harness.Id("one"), default)).Value);
        Assert.Empty(harness.Marked("one"));
        Assert.Equal(OpsStatus.SUCCESS, (await harness.SettledAsync(target, "two")).Status);
    }

    [Fact]
    public async Task Create_EarlierStillOnItsWay_IsSupersededOnceTheLaterIsHealthy()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy, fence: 1), default);

        await target.CreateAsync(await harness.RequestAsync("two", Agents.Good("v2"), fence: 2), default);
        await harness.SettledAsync(target, "two");

        Assert.StartsWith("DEPLOY_SUPERSEDED: ", (await harness.SettledAsync(target, "one")).Message, StringComparison.Ordinal);
        await ProcessTargetHarness.UntilAsync(() => harness.Marked("one").Count == 0);
    }

    [Fact]
    public async Task Create_PortTaken_StartsAgainOnAnother()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();

        await target.CreateAsync(await harness.RequestAsync("one", Agents.Unlucky), default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Equal(OpsStatus.SUCCESS, settled.Status);
        Assert.Equal(2, harness.Folder("one").Read()!.Attempt);
        Assert.NotEqual(File.ReadAllText(Path.Combine(harness.Folder("one").HomePath, "taken")), new Uri(settled.Url!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Single(harness.Marked("one"));
    }

    [Fact]
    public async Task Create_Environment_HoldsNothingOfThePlatform()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        var nasty = "two\nlines $(touch x) `id` \"quoted\" 'x' \\";
        var env = new Dictionary<string, string> { ["API_KEY"] = nasty, ["LD_PRELOAD"] = "", ["PATH"] = "/nowhere", ["TZ"] = "Asia/Shanghai", ["PORT"] = "1" };
        await target.CreateAsync(await harness.RequestAsync("one", Agents.Telling, env: env), default);
        var settled = await harness.SettledAsync(target, "one");

        var told = await harness.Http.GetFromJsonAsync<JsonElement>(settled.Url + "/environ");

        var seen = told.GetProperty("environ").Deserialize<Dictionary<string, string>>()!;
        seen.Remove("LC_CTYPE"); // Python's own, when LANG is C.
        seen.Remove("PWD"); // Some shells' own.
        Assert.Equal(
            ["API_KEY", "HOME", "LANG", "LD_PRELOAD", "PATH", "PORT", "PROCODE_DEPLOY_ID", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "TZ"], seen.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(nasty, seen["API_KEY"]);
        Assert.Equal("Asia/Shanghai", seen["TZ"]);
        Assert.Equal(new Uri(settled.Url!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), seen["PORT"]);
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), seen["PATH"]);
        Assert.Equal(harness.Folder("one").HomePath, seen["HOME"]);
        Assert.True(told.GetProperty("home_writable").GetBoolean());
        Assert.Equal(Path.Combine(harness.Folder("one").FilesPath, "app"), told.GetProperty("cwd").GetString());
        Assert.Equal(told.GetProperty("pid").GetInt32(), told.GetProperty("sid").GetInt32());
        Assert.Equal(harness.Process("one").Pid, told.GetProperty("pid").GetInt32());
        if (Environment.IsPrivilegedProcess)
            Assert.Equal(65534, told.GetProperty("uid").GetInt32());
    }

    [Fact]
    public async Task Cancel_BeforeItSettled_StopsTheAgentAndReports()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy), default);

        var canceled = await target.CancelAsync(harness.Id("one"), default);

        Assert.Equal(OpsStatus.CANCELED, canceled.Value.Status);
        Assert.Empty(harness.Marked("one"));
        await ProcessTargetHarness.UntilAsync(() => !harness.Callbacks.Received.IsEmpty);
        Assert.Equal("CANCELED", harness.Callbacks.Received.First().Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Cancel_AfterItSettled_ChangesNothing()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1")), default);
        var settled = await harness.SettledAsync(target, "one");

        Assert.Equal(settled, (await target.CancelAsync(harness.Id("one"), default)).Value);
        Assert.Contains("v1", await harness.Http.GetStringAsync(settled.Url + "/health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStatus_AgentDiesAfterItsSuccess_StaysSuccessAndSaysSo()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1")), default);
        await harness.SettledAsync(target, "one");

        await harness.Process("one").StopAsync(TimeProvider.System, default);

        var state = (await target.GetStatusAsync(harness.Id("one"), default)).Value;
        Assert.Equal(new DeploymentState(OpsStatus.SUCCESS, "The agent was healthy once, but its process has ended since.", null), state);
    }
}
