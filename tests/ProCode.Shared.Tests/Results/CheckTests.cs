using ProCode.Results;

namespace ProCode.Shared.Tests.Results;

public sealed class CheckTests
{
    [Fact]
    public void Failed_NothingWrong_IsFalse()
    {
        var check = new Check();
        Assert.Equal("x", check.Required("name", "x", 10));
        Assert.Equal(3, check.Required<int>("count", 3));
        Assert.Null(check.Optional("note", null, 10));

        Assert.False(check.Failed(out _));
    }

    [Fact]
    public void Failed_SeveralWrong_NamesThemAll()
    {
        var check = new Check().That(false, "a", "is odd");
        check.Required("b", "  ", 10);
        check.Required<int>("c", null);
        check.Optional("d", new string('x', 11), 10);

        Assert.True(check.Failed(out var error));
        Assert.Equal(["a", "b", "c", "d"], error.Details.Select(detail => detail.Field));
        Assert.Equal(GeneralErrors.Invalid, error.Code);
    }

    [Fact]
    public void Failed_EndlessMistakes_StayReadable()
    {
        var check = new Check();
        for (var i = 0; i < 10_000; i++) check.That(false, new string('x', 100_000), "is odd");

        Assert.True(check.Failed(out var error));
        Assert.InRange(error.Details.Sum(detail => detail.Field.Length), 1, 20_000);
    }
}
