using ProCode.Results;

namespace ProCode.Shared.Tests.Results;

public sealed class ResultTests
{
    [Fact]
    public void TryGet_Value_IsTrue()
    {
        Result<int> result = 7;

        Assert.True(result.TryGet(out var value, out var error));
        Assert.Equal((7, null), (value, error));
    }

    [Fact]
    public void TryGet_Failure_IsFalse()
    {
        Result<int> result = GeneralErrors.NotFound.With("gone");

        Assert.False(result.TryGet(out _, out var error));
        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Throws<InvalidOperationException>(() => result.Value);
    }
}
