using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode.Images;

public sealed class ImagesModuleTests
{
    [Fact]
    public void AddImages_Configured_ProvidesStoreBuilderAndReader()
    {
        using var provider = Provide(("Images:LayoutPath", "images"), ("Images:BasePath", "bases"), ("Images:AllowEmptyBase", "true"));

        Assert.IsType<OciLayoutStore>(provider.GetRequiredService<IImageStore>());
        Assert.IsType<LayersImageBuilder>(provider.GetRequiredService<IImageBuilder>());
        Assert.IsType<ImageUnpacker>(provider.GetRequiredService<IImageReader>());
        Assert.Equal(new ImageOptions("images", "bases", true), provider.GetRequiredService<ImageOptions>());
    }

    [Theory]
    [InlineData("Images:BasePath", "bases")]
    [InlineData("Images:LayoutPath", " ")]
    public void AddImages_WithoutALayout_SaysWhichSettingIsMissing(string key, string value) =>
        Assert.Contains("Images:LayoutPath", Assert.Throws<OptionsValidationException>(() => Provide((key, value))).Message, StringComparison.Ordinal);

    private static ServiceProvider Provide(params (string Key, string Value)[] settings) => new ServiceCollection().AddLogging().AddImages(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build()).BuildServiceProvider();
}
