using ProCode.Apps;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Builds;

public sealed class ProjectManifestReaderTests
{
    private static readonly SourceListing PythonFiles = Files("main.py", "agent/server.py", "bin/start.sh");

    [Fact]
    public void Read_NoManifest_TakesTheDefaults()
    {
        var manifest = ProjectManifestReader.Read(null, TechStack.Python, "My Agent", PythonFiles).Value;

        Assert.Equal(("My Agent", "python3.11", 8080, "/health"), (manifest.Name, manifest.Runtime, manifest.Port, manifest.Health));
        Assert.Equal(["python3", "main.py"], manifest.Entrypoint);
    }

    [Fact]
    public void Read_EverythingGiven_TakesIt()
    {
        var manifest = ProjectManifestReader.Read(
            "# how to run it\nname: Weather\nruntime: python3.12\nentrypoint: agent/server.py\nport: 9000\nhealth: /live?deep=1\n",
            TechStack.Python, "app", PythonFiles).Value;

        Assert.Equal(("Weather", "python3.12", 9000, "/live?deep=1"), (manifest.Name, manifest.Runtime, manifest.Port, manifest.Health));
        Assert.Equal(["python3", "agent/server.py"], manifest.Entrypoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("---\n...\n")]
    [InlineData("{}")]
    public void Read_EmptyManifest_TakesTheDefaults(string yaml) =>
        Assert.Equal(8080, ProjectManifestReader.Read(yaml, TechStack.Python, "app", PythonFiles).Value.Port);

    [Theory]
    [InlineData("entrypoint: [python3, -m, agent.server]", "python3|-m|agent.server")]
    [InlineData("entrypoint:\n  - ./bin/start.sh\n  - --fast\n", "./bin/start.sh|--fast")]
    [InlineData("entrypoint: [/usr/bin/env, python3, main.py]", "/usr/bin/env|python3|main.py")]
    [InlineData("entrypoint: ./main.py", "python3|main.py")]
    [InlineData("entrypoint: \"main.py\"", "python3|main.py")]
    public void Read_Entrypoint_MakesTheCommand(string yaml, string command) =>
        Assert.Equal(command.Split('|'), ProjectManifestReader.Read(yaml, TechStack.Python, "app", PythonFiles).Value.Entrypoint);

    [Theory]
    [InlineData(TechStack.Python, "app.py,agent.py", null, "python3|app.py")]
    [InlineData(TechStack.Python, "agent.py", null, "python3|agent.py")]
    [InlineData(TechStack.NodeJs, "index.js,lib/start.js", """{"main":"./lib/start"}""", "node|lib/start.js")]
    [InlineData(TechStack.NodeJs, "index.js,lib/index.js", """{"main":"lib/"}""", "node|lib/index.js")]
    [InlineData(TechStack.NodeJs, "index.js", """{"main":"gone.js"}""", "node|index.js")]
    [InlineData(TechStack.NodeJs, "server.js", "{ not json", "node|server.js")]
    [InlineData(TechStack.NodeJs, "app.js", "[1]", "node|app.js")]
    [InlineData(TechStack.Java, "agent.jar,lib/other.jar", null, "java|-jar|agent.jar")]
    public void Read_NoEntrypoint_FindsTheStacksUsualFile(TechStack stack, string files, string? packageJson, string command)
    {
        var listing = Files(files.Split(',')) with { PackageJson = packageJson };

        Assert.Equal(command.Split('|'), ProjectManifestReader.Read(null, stack, "app", listing).Value.Entrypoint);
    }

    [Theory]
    [InlineData(TechStack.Python, "README.md", null)]
    [InlineData(TechStack.Python, "src/main.py", null)]
    [InlineData(TechStack.NodeJs, "main.py", null)]
    [InlineData(TechStack.Java, "a.jar,b.jar", null)]
    [InlineData(TechStack.Python, "main.py", "entrypoint: gone.py")]
    [InlineData(TechStack.Python, "main.py", "entrypoint: python3 main.py")]
    [InlineData(TechStack.Python, "main.py", "entrypoint: /app/main.py")]
    [InlineData(TechStack.Python, "main.py", "entrypoint: ../main.py")]
    [InlineData(TechStack.Python, "main.py", "entrypoint: [./gone.sh]")]
    public void Read_NothingToStart_IsEntrypointMissing(TechStack stack, string files, string? yaml)
    {
        var error = ProjectManifestReader.Read(yaml, stack, "app", Files(files.Split(','))).Error!;

        Assert.Equal(BuildErrors.EntrypointMissing, error.Code);
        Assert.Equal("entrypoint", Assert.Single(error.Details).Field);
    }

    /// <summary>Also where the project itself couldn't be started.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("entrypoint: gone.py\nruntime: python3.12\nport: 9000\nhealth: /live\n")]
    public void Read_WithInput_TakesThatInsteadOfWhatTheProjectSays(string? yaml)
    {
        var input = new StageInput.Build("python3.11", ["python3", "serve.py"], 9001, "/up");
        var manifest = ProjectManifestReader.Read(yaml, TechStack.Python, "app", Files("serve.py"), input).Value;
        Assert.Equal(("python3.11", 9001, "/up"), (manifest.Runtime, manifest.Port, manifest.Health));
        Assert.Equal(["python3", "serve.py"], manifest.Entrypoint);
    }

    [Fact]
    public void Read_WithInputThatCanNotBe_SaysSo()
    {
        Assert.Equal(BuildErrors.EntrypointMissing, Read(new StageInput.Build(Entrypoint: ["./gone.sh"])));
        Assert.Equal(BuildErrors.ManifestInvalid, Read(new StageInput.Build(Runtime: "python2")));

        static ErrorCode Read(StageInput.Build input) => ProjectManifestReader.Read(null, TechStack.Python, "app", PythonFiles, input).Error!.Code;
    }

    [Theory]
    [InlineData("port: 80", "port", "1024")]
    [InlineData("port: 65536", "port", "65535")]
    [InlineData("port: 99999999999999999999", "port", "line 1")]
    [InlineData("port: eighty", "port", "whole number")]
    [InlineData("port: 8080.5", "port", "whole number")]
    [InlineData("port: -8080", "port", "whole number")]
    [InlineData("port:", "port", "whole number")]
    [InlineData("port: [8080]", "port", "whole number")]
    [InlineData("health: health", "health", "starts with one /")]
    [InlineData("health: //evil.example/x", "health", "starts with one /")]
    [InlineData("health: /a b", "health", "URL characters")]
    [InlineData("health: \"/a\\r\\nHost: x\"", "health", "URL characters")]
    [InlineData("runtime: nodejs20", "runtime", "python3.11")]
    [InlineData("runtime: python2.7", "runtime", "python3.11")]
    [InlineData("runtime: python3.11-slim", "runtime", "python3.11")]
    [InlineData("runtime: \"python3.11\\nRUN evil\"", "runtime", "python3.11")]
    [InlineData("name: \"\"", "name", "1-100")]
    [InlineData("name: \"a\\nb\"", "name", "control")]
    [InlineData("entrypoint: []", "entrypoint", "list")]
    [InlineData("entrypoint: \"\"", "entrypoint", "list")]
    [InlineData("entrypoint: [\"\"]", "entrypoint", "list")]
    [InlineData("entrypoint: [\"a\\0b\"]", "entrypoint", "list")]
    [InlineData("\n\nprot: 8080", "prot", "line 3: unknown key; known are name, runtime, entrypoint, port, health")]
    [InlineData("Port: 8080", "Port", "unknown key")]
    [InlineData("port: 8080\nport: 8081", "port", "line 2: the key is there twice")]
    [InlineData("port: !!int 8080", "procode.yaml", "tags")]
    [InlineData("port: &a 8080", "procode.yaml", "anchors")]
    [InlineData("name: !<tag:yaml.org,2002:object> x", "procode.yaml", "tags")]
    [InlineData("name: *a", "procode.yaml", "plain text")]
    [InlineData("entrypoint: {a: b}", "procode.yaml", "plain text")]
    [InlineData("entrypoint: [[a]]", "procode.yaml", "plain text")]
    [InlineData("? [a]\n: b", "procode.yaml", "plain text")]
    [InlineData("- a", "procode.yaml", "key: value")]
    [InlineData("just text", "procode.yaml", "key: value")]
    [InlineData("name: a\n---\nname: b", "procode.yaml", "more than one document")]
    [InlineData("name: 'open", "procode.yaml", "line ")]
    [InlineData("name: a\n\tport: 1", "procode.yaml", "tab")]
    public void Read_WrongManifest_NamesTheFieldAndTheRule(string yaml, string field, string issue)
    {
        var error = ProjectManifestReader.Read(yaml, TechStack.Python, "app", PythonFiles).Error!;

        Assert.Equal(BuildErrors.ManifestInvalid, error.Code);
        var detail = Assert.Single(error.Details);
        Assert.Equal(field, detail.Field);
        Assert.Contains(issue, detail.Issue, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralMistakes_ReportsAllOfThem()
    {
        var error = ProjectManifestReader.Read("port: 1\nhealth: x\nfoo: y\n", TechStack.Python, "app", PythonFiles).Error!;

        Assert.Equal(["foo", "port", "health"], error.Details.Select(detail => detail.Field));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Read_DeeplyNested_IsRefusedAtOnce(string open)
    {
        var yaml = string.Concat(Enumerable.Repeat(open, 60_000 / open.Length));

        Assert.Equal(BuildErrors.ManifestInvalid, ProjectManifestReader.Read(yaml, TechStack.Python, "app", PythonFiles).Error?.Code);
    }

    [Fact]
    public void Read_TooLarge_IsRefusedUnread()
    {
        var error = ProjectManifestReader.Read(new string('#', (64 * 1024) + 1), TechStack.Python, "app", PythonFiles).Error!;

        Assert.Equal(new ErrorDetail("procode.yaml", "is larger than 64 KiB"), Assert.Single(error.Details));
    }

    private static SourceListing Files(params string[] paths) => new(paths.ToDictionary(path => path, _ => 1L), null, null);
}
