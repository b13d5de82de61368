using ProCode.Results;

namespace ProCode.Deployments;

public sealed class EnvironmentConfigTests
{
    [Theory]
    [InlineData("production", true)]
    [InlineData("eu-west-1", true)]
    [InlineData("7", true)]
    [InlineData("Production", false)]
    [InlineData("-x", false)]
    [InlineData("x-", false)]
    [InlineData("a_b", false)]
    [InlineData("", false)]
    [InlineData("x\n", false)]
    [InlineData("a123456789012345678901234567890123456789", true)]
    [InlineData("a1234567890123456789012345678901234567890", false)]
    public void EnvironmentName_IsValid_TakesWhatEveryTargetTakes(string name, bool valid) => Assert.Equal(valid, EnvironmentName.IsValid(name));

    [Theory]
    [InlineData("1", true)]
    [InlineData("0.5", true)]
    [InlineData("1.125", true)]
    [InlineData("10m", true)]
    [InlineData("64", true)]
    [InlineData("64000m", true)]
    [InlineData("9m", false)]
    [InlineData("64.001", false)]
    [InlineData("0", false)]
    [InlineData("1.1234", false)]
    [InlineData("-1", false)]
    [InlineData("1Gi", false)]
    [InlineData("1e3", false)]
    [InlineData("٣", false)]
    [InlineData("1 ", false)]
    [InlineData("", false)]
    public void ResourceQuantity_IsCpu_KnowsItsLimits(string text, bool valid) => Assert.Equal(valid, ResourceQuantity.IsCpu(text));

    [Theory]
    [InlineData("16Mi", true)]
    [InlineData("16777216", true)]
    [InlineData("1.5Gi", true)]
    [InlineData("17M", true)]
    [InlineData("512Gi", true)]
    [InlineData("16M", false)]
    [InlineData("16777215", false)]
    [InlineData("513Gi", false)]
    [InlineData("999999999999999Gi", false)]
    [InlineData("1gi", false)]
    [InlineData("1Ti", false)]
    [InlineData("100m", false)]
    [InlineData("Mi", false)]
    public void ResourceQuantity_IsMemory_KnowsItsLimits(string text, bool valid) => Assert.Equal(valid, ResourceQuantity.IsMemory(text));

    [Fact]
    public void Validate_TheDefault_BlamesNothing() => Assert.Empty(Blamed(EnvironmentConfig.Default));

    [Fact]
    public void Validate_EverythingWrong_BlamesEverythingAtOnce()
    {
        var config = new EnvironmentConfig(
            new Dictionary<string, EnvironmentVariable>
            {
                ["1ST"] = new("x", null),
                ["PORT"] = new("80", null),
                ["PROCODE_DEPLOY_ID"] = new("x", null),
                ["BOTH"] = new("x", 1),
                ["NEITHER"] = new(null, null),
                ["LONG"] = new(new string('é', (EnvironmentConfig.MaxValueLength / 2) + 1), null),
                ["NUL"] = new("a\0b", null),
            },
            "0", "1", 0, "elsewhere");

        Assert.Equal(
            ["env.1ST", "env.BOTH", "env.LONG.value", "env.NEITHER", "env.NUL.value", "env.PORT", "env.PROCODE_DEPLOY_ID", "replicas", "resources.cpu", "resources.memory", "target"],
            Blamed(config));
    }

    [Fact]
    public void Validate_TooManyOrTooMuch_BlamesThem()
    {
        Assert.Empty(Blamed(With(EnvironmentConfig.MaxVariables, "x")));
        Assert.Equal(["env"], Blamed(With(EnvironmentConfig.MaxVariables + 1, "x")));
        Assert.Equal(["env"], Blamed(With(9, new string('x', EnvironmentConfig.MaxValueLength))));
    }

    [Fact]
    public void Credentials_UsedTwice_AreNamedOnce() =>
        Assert.Equal([3], (EnvironmentConfig.Default with { Env = new Dictionary<string, EnvironmentVariable> { ["A"] = new(null, 3), ["B"] = new(null, 3), ["C"] = new("3", null) } }).Credentials);

    private static EnvironmentConfig With(int count, string value) => EnvironmentConfig.Default with
    {
        Env = Enumerable.Range(0, count).ToDictionary(number => $"NAME_{number}", _ => new EnvironmentVariable(value, null)),
    };

    private static IEnumerable<string> Blamed(EnvironmentConfig config)
    {
        var check = new Check();
        config.Validate("process", check);
        return check.Failed(out var error) ? error.Details.Select(detail => detail.Field).Order(StringComparer.Ordinal) : [];
    }
}
