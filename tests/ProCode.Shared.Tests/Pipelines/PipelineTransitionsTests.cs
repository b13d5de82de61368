using ProCode.Pipelines;

namespace ProCode.Shared.Tests.Pipelines;

public sealed class PipelineTransitionsTests
{
    [Fact]
    public void Table_AFinalStatus_IsLeftOnlyByANewRunOrTheClosingOfItsIteration()
    {
        foreach (var status in Enum.GetValues<PipelineStatus>().Where(status => status.IsFinal()))
            Assert.Equal([PipelineEvent.Rerun], Enum.GetValues<PipelineEvent>().Where(on => PipelineTransitions.Table.Allows(status, on) && on != PipelineEvent.Close));
    }

    [Fact]
    public void Table_EveryUnfinishedStatus_CanFailAndBeCanceled()
    {
        foreach (var status in Enum.GetValues<PipelineStatus>().Where(status => !status.IsFinal()))
        {
            Assert.Equal(PipelineStatus.FAILED, PipelineTransitions.Table.Next(status, PipelineEvent.Fail));
            Assert.Equal(PipelineStatus.CANCELED, PipelineTransitions.Table.Next(status, PipelineEvent.Cancel));
        }
    }

    [Fact]
    public void Table_AStage_BeginsOnlyWhenItIsPendingOrFailed() =>
        Assert.Equal([StageStatus.PENDING, StageStatus.FAILED], StageTransitions.Table.StatesAllowing(StageEvent.Begin));

    [Fact]
    public void PhaseDefaults_AreThoseOfTheSpecification()
    {
        Assert.Equal(new StageConfig(DriveMode.AUTO, RetryMode.AUTO, 3), StageConfig.PhaseDefaults[StageKind.CODE_CHECK]);
        Assert.Equal(new StageConfig(DriveMode.AUTO, RetryMode.AUTO, 2), StageConfig.PhaseDefaults[StageKind.BUILD]);
        Assert.Equal(new StageConfig(DriveMode.AUTO, RetryMode.MANUAL, 0), StageConfig.PhaseDefaults[StageKind.PACKAGE]);
        Assert.Equal(new StageConfig(DriveMode.ASYNC, RetryMode.MANUAL, 0, 30, 1800), StageConfig.PhaseDefaults[StageKind.DEPLOY]);
    }
}
