using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Scaffolds;

public sealed class ScaffoldsTests(SharedStack stack)
{
    [Fact]
    public async Task List_All_SaysWhatEachIs()
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, "scaffolds");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var python = answer.Data.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "python-agent");
        Assert.Equal("python", python.GetProperty("techStack").GetString());
        Assert.NotEmpty(python.GetProperty("description").GetString()!);
        Assert.True(python.GetProperty("fileCount").GetInt32() > 10);
    }

    [Fact]
    public async Task List_OfOneLanguage_HasThatOnly()
    {
        var items = (await stack.Client.SendAsync(HttpMethod.Get, "scaffolds?techStack=python&limit=1")).Data.GetProperty("items");
        Assert.Equal("python-agent", Assert.Single(items.EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("scaffolds?techStack=cobol", "techStack")]
    [InlineData("scaffolds?limit=0", "limit")]
    [InlineData("scaffolds?continuation=garbage", "continuation")]
    [InlineData("scaffolds?name=x", "name")]
    [InlineData("scaffolds/python-agent/archive?ref=main", "ref")]
    public async Task Request_WrongParameter_Is400(string path, string field)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
        Assert.Equal(field, Assert.Single(answer.Envelope.GetProperty("details").EnumerateArray()).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("scaffolds")]
    [InlineData("scaffolds/python-agent/archive")]
    public async Task Request_WithoutAKey_Is401(string path)
    {
        using var nobody = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.SendAsync(HttpMethod.Get, path)).Status);
    }

    [Theory]
    [InlineData("cobol-agent")]
    [InlineData("Python-Agent")]
    [InlineData("..%2Fpython-agent")]
    public async Task Archive_OfAnUnknownScaffold_Is1009(string name)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, $"scaffolds/{name}/archive");
        Assert.Equal((HttpStatusCode.NotFound, 1009, "SCAFFOLD_UNKNOWN"), (answer.Status, answer.Code, answer.Error));
        Assert.Contains("python-agent", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_OfAScaffold_IsAFileWithAnETag()
    {
        var (content, headers, etag) = await DownloadAsync("python-agent");
        Assert.Equal("application/gzip", headers.ContentType?.ToString());
        Assert.Equal(("attachment", "python-agent.tar.gz"), (headers.ContentDisposition?.DispositionType, headers.ContentDisposition?.FileName));
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"", etag);

        var again = await stack.Client.SendAsync(HttpMethod.Get, "scaffolds/python-agent/archive", shape: request => request.Headers.TryAddWithoutValidation("If-None-Match", etag));
        Assert.Equal((HttpStatusCode.NotModified, "", etag), (again.Status, again.Body, again.ETag));
        var other = await stack.Client.SendAsync(HttpMethod.Get, "scaffolds/python-agent/archive", shape: request => request.Headers.TryAddWithoutValidation("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public Task Archive_OfThePythonScaffold_PassesItsOwnTestAndRuns() =>
        CheckAsync("python-agent", "procode_agent/__init__.py", ["python3", "-B", "-m", "unittest"], @"Ran [1-9]\d* tests", ["python3", "-B", "main.py"]);

    [Fact]
    public Task Archive_OfTheNodeJsScaffold_PassesItsOwnTestAndRuns() =>
        CheckAsync("nodejs-agent", "procode-agent/index.d.ts", ["node", "--test"], @"# pass [1-9]\d*", ["node", "index.js"]);

    [Fact]
    public Task Archive_OfTheJavaScaffold_PassesItsOwnTestAndRuns()
    {
        Assert.SkipWhen(Jdk.Missing is not null, Jdk.Missing ?? "");
        string[] start = [Jdk.Program("java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "procode-agent/Run.java"];
        return CheckAsync("java-agent", "procode-agent/dev/procode/agent/Agent.java", [.. start, "MainTest"], @"[1-9]\d* tests passed", [.. start, "Main"]);
    }

    private async Task CheckAsync(string name, string vendored, string[] test, string passed, string[] run)
    {
        using var folder = new TestFolder();
        var (content, _, _) = await DownloadAsync(name);
        using (var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress)) await TarFile.ExtractToDirectoryAsync(gzip, folder.Path, overwriteFiles: false);
        var project = folder[name];
        Assert.False(File.Exists(Path.Combine(project, "scaffold.json")));
        Assert.All([".gitignore", "README.md", "procode.yaml", vendored], file => Assert.True(File.Exists(Path.Combine(project, file)), file));

        var output = await Tool.RequireAsync(test, TestContext.Current.CancellationToken, workingDirectory: project);
        Assert.Matches(passed, output);

        var listens = new TaskCompletionSource<string>();
        await using var agent = ChildProcess.Start(
            run, new Dictionary<string, string?> { ["PORT"] = "0", ["PROCODE_HOST"] = "127.0.0.1" }, project, line => listens.TrySetResult(line));
        Assert.Contains("\"agent.started\"", await listens.Task.WaitAsync(WaitFor.Deadline), StringComparison.Ordinal);
        await agent.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, await agent.Exited);
    }

    private async Task<(byte[] Content, HttpContentHeaders Headers, string ETag)> DownloadAsync(string name)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stack.App.BaseUrl, $"/api/v1/scaffolds/{name}/archive"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Stack.Stack.AdminKey.Value);
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadAsByteArrayAsync(), response.Content.Headers, response.Headers.ETag!.ToString());
    }
}
