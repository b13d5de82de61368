using Microsoft.Azure.Functions.Worker;

namespace ProCode.Contract.Tests.Functions;

public sealed class FunctionParameterTests
{
    [Fact]
    public void Constructor_WithDefault_KeepsEverything()
    {
        var properties = new Dictionary<string, object> { ["key"] = 1 };

        var parameter = new FunctionParameter("count", typeof(int), hasDefaultValue: true, defaultValue: 5, properties);

        Assert.Equal(("count", typeof(int), true, 5), (parameter.Name, parameter.Type, parameter.HasDefaultValue, parameter.DefaultValue));
        Assert.Same(properties, parameter.Properties);
    }

    [Theory]
    [InlineData(typeof(string), true)]
    [InlineData(typeof(int?), true)]
    [InlineData(typeof(int), false)]
    public void IsReferenceOrNullableType_Type_SaysWhetherNullFits(Type type, bool expected) =>
        Assert.Equal(expected, new FunctionParameter("value", type).IsReferenceOrNullableType);
}
