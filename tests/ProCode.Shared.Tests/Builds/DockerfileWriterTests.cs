using System.Text.Json;
using ProCode.Apps;

namespace ProCode.Builds;

public sealed class DockerfileWriterTests
{
    private const string CommitId = "1f2d3c4b5a69788796a5b4c3d2e1f00112233445";
    private static readonly ProjectManifest Manifest = new("Weather", "python3.11", ["python3", "main.py"], 8080, "/health");

    [Fact]
    public void Write_PythonProject_IsThisText()
    {
        var text = DockerfileWriter.Write(Manifest, TechStack.Python, "python:3.11", CommitId);

        Assert.Equal(
            """
            FROM python:3.11
            WORKDIR /app
            COPY . /app/
            ENV PORT="8080"
            ENV PYTHONUNBUFFERED="1"
            ENV PYTHONDONTWRITEBYTECODE="1"
            LABEL dev.procode.health="/health"
            LABEL dev.procode.runtime="python3.11"
            LABEL org.opencontainers.image.revision="1f2d3c4b5a69788796a5b4c3d2e1f00112233445"
            LABEL org.opencontainers.image.title="Weather"
            EXPOSE 8080
            USER 65532:65532
            ENTRYPOINT ["python3","main.py"]

            """.ReplaceLineEndings("\n"), text);
    }

    [Theory]
    [InlineData("main.py\"]\nRUN evil")]
    [InlineData("main.py\\")]
    [InlineData("$HOME `x` \u2028 \r\n")]
    public void Write_HostileArgument_StaysInsideTheJsonArray(string argument)
    {
        var text = DockerfileWriter.Write(Manifest with { Entrypoint = ["python3", argument] }, TechStack.Python, "python:3.11", CommitId);

        var last = text.TrimEnd('\n').Split('\n')[^1];
        Assert.Equal(["python3", argument], JsonSerializer.Deserialize<string[]>(last["ENTRYPOINT ".Length..])!);
        Assert.Equal(13, text.Count(c => c is '\n'));
    }

    [Theory]
    [InlineData("a\" x=\"b", "LABEL org.opencontainers.image.title=\"a\\\" x=\\\"b\"")]
    [InlineData("a\\", "LABEL org.opencontainers.image.title=\"a\\\\\"")]
    [InlineData("${PATH}", "LABEL org.opencontainers.image.title=\"\\${PATH}\"")]
    public void Write_HostileName_StaysInsideItsLabel(string name, string line) =>
        Assert.Contains(line, DockerfileWriter.Write(Manifest with { Name = name }, TechStack.Python, "python:3.11", CommitId).Split('\n'));

    [Theory]
    [InlineData("python:3.11\nRUN evil", CommitId, "Weather")]
    [InlineData("$BASE", CommitId, "Weather")]
    [InlineData("python:3.11 AS x", CommitId, "Weather")]
    [InlineData("python:3.11", "abc\nRUN evil", "Weather")]
    [InlineData("python:3.11", "", "Weather")]
    [InlineData("python:3.11", CommitId, "a\nRUN evil")]
    public void Write_ValueThatEndsALine_IsRefused(string baseImage, string commitId, string name) =>
        Assert.Throws<ArgumentException>(() => DockerfileWriter.Write(Manifest with { Name = name }, TechStack.Python, baseImage, commitId));

    [Theory]
    [InlineData(TechStack.Python, "python3.11", "python:3.11")]
    [InlineData(TechStack.NodeJs, "nodejs20", "node:20")]
    [InlineData(TechStack.Java, "java17", "eclipse-temurin:17")]
    public void For_Runtime_NamesTheBase(TechStack stack, string runtime, string image)
    {
        Assert.Equal(image, BaseImages.For(stack, runtime));
        Assert.Equal(runtime, BaseImages.DefaultRuntime(stack));
    }
}
