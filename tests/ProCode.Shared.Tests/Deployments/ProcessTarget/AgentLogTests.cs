
namespace ProCode.Deployments.ProcessTarget;

public sealed class AgentLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-log-").FullName;

    private AgentLog Log => new(Path.Combine(_folder, "agent.log"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LastLines_NoFile_IsEmpty() => Assert.Equal("", Log.LastLines([]));

    [Fact]
    public void LastLines_ManyLines_AreTheLastTwentyCutToLength()
    {
        File.WriteAllLines(Log.Path, Enumerable.Range(1, 50).Select(n => $"{n} {new string('x', 1000)}"));

        var lines = Log.LastLines([]).Split('\n');

        Assert.Equal(20, lines.Length);
        Assert.StartsWith("31 xxx", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(501, line.Length));
    }

    [Fact]
    public void LastLines_Secrets_AreHiddenLongestFirstAndLineByLine()
    {
        File.WriteAllText(Log.Path, "key=abcd1234 and abcd, flag=1\nPEM line one\nPEM line two\n");

        Assert.Equal("key=*** and ***, flag=1\n***\n***", Log.LastLines(["abcd", "abcd1234", "1", "PEM line one\nPEM line two"]));
    }

    [Fact]
    public void LastLines_EndTooLongForOneLook_DropsTheLineCutInTheMiddle()
    {
        File.WriteAllText(Log.Path, new string('s', 100_000) + "\nlast\n");
        Assert.Equal("last", Log.LastLines([]));

        File.WriteAllText(Log.Path, new string('s', 100_000));
        Assert.Equal("", Log.LastLines([]));
    }

    [Fact]
    public void Cut_Over10MB_KeepsTheEndAndTheWriterGoesOnBehindIt()
    {
        using var writer = new FileStream(Log.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        writer.Write(new byte[11 * 1024 * 1024]);
        writer.Write("\nbefore\n"u8);
        writer.Flush();

        Log.Cut();

        Assert.Equal("before", Log.LastLines([]));
        Assert.InRange(new FileInfo(Log.Path).Length, 1, 64 * 1024);
    }
}
