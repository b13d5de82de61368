using System.Text.Json;
using System.Text.Json.Serialization;
using ProCode.Json;

namespace ProCode.Shared.Tests.Json;

public sealed class ProCodeJsonTests
{
    [Fact]
    public void Serialize_Record_IsCamelCaseWithNamesAndWithoutNulls() =>
        Assert.Equal("""{"firstName":"x","shade":"dark-red"}""", JsonSerializer.Serialize(new Sample("x", Shade.DarkRed, null), ProCodeJson.Options));

    [Theory]
    [InlineData("""{"firstName":"x","shade":"DarkBlue","other":1}""")]
    [InlineData("""{"FirstName":"x","shade":"DarkBlue"}""")]
    [InlineData("""{"firstName":"x","shade":1}""")]
    [InlineData("""{"firstName":"x","firstName":"y","shade":"DarkBlue"}""")]
    [InlineData("""{"firstName":"x","shade":"DarkBlue","count":"1"}""")]
    public void Deserialize_OtherDialect_IsRefused(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sample>(json, ProCodeJson.Options));

    [Fact]
    public void NameOf_EveryValue_ParsesBack()
    {
        Assert.Equal(["dark-red", "DarkBlue"], EnumNames.All(typeof(Shade)));
        Assert.All(Enum.GetValues<Shade>(), value => Assert.Equal(value, EnumNames.Parse<Shade>(EnumNames.NameOf(value))));
    }

    [Theory]
    [InlineData("DarkRed")]
    [InlineData("Dark-Red")]
    [InlineData("0")]
    [InlineData(null)]
    public void TryParse_OtherName_IsRefused(string? name) => Assert.False(EnumNames.TryParse<Shade>(name, out _));

    internal enum Shade
    {
        [JsonStringEnumMemberName("dark-red")]
        DarkRed,
        DarkBlue,
    }

    internal sealed record Sample(string FirstName, Shade Shade, int? Count);
}
