using ProCode.Dev.Testing;

namespace ProCode.Dev.Tests.Testing;

/// <summary>No failure of a test run goes unseen.</summary>
public sealed class TestReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Read_MixedResults_CountsAndExplainsEach()
    {
        File.WriteAllText(_file, """
            <assemblies><assembly total="4" passed="1" failed="1" skipped="1" errors="1">
              <errors><error type="fixture-cleanup" name="Stack"><failure><message>cannot stop</message></failure></error></errors>
              <collection>
                <test name="A" result="Pass" />
                <test name="B" result="Fail"><failure><message>1 is not 2</message><stack-trace>at B()</stack-trace></failure><output>said this</output></test>
                <test name="C" result="Skip"><reason>no podman</reason></test>
              </collection>
            </assembly></assemblies>
            """);

        var report = TestReport.Read("P", TimeSpan.Zero, _file);

        Assert.Equal((1, 2, 1), (report.Passed, report.Failed, report.Skipped));
        Assert.Equal(["B\n1 is not 2\nat B()\n  output:\nsaid this", "P: Stack\ncannot stop"], report.Failures);
        Assert.Equal(["C: no podman"], report.Skips);
    }

    [Fact]
    public void Read_SeveralSkippedForOneReason_SaysItOnce()
    {
        File.WriteAllText(_file, """
            <assemblies><assembly total="3" skipped="3"><collection>
              <test name="A(async: True)" result="Skip"><reason>not installed: registry</reason></test>
              <test name="B" result="Skip"><reason>no podman</reason></test>
              <test name="C" result="Skip"><reason>not installed: registry</reason></test>
            </collection></assembly></assemblies>
            """);

        Assert.Equal(["2 tests, such as A(async: True): not installed: registry", "B: no podman"], TestReport.Read("P", TimeSpan.Zero, _file).Skips);
    }

    [Fact]
    public void Broken_RunWithoutReport_CountsAsAFailure() => Assert.Equal(1, TestReport.Broken("P", TimeSpan.Zero, "died", "").Failed);

    public void Dispose() => File.Delete(_file);
}
