using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ProCode.Images;

/// <summary>Building, storing and reading images.</summary>
public static class ImagesModule
{
    /// <summary>Adds the image store, builder and reader. Without <c>Images:LayoutPath</c> it is an <see cref="OptionsValidationException"/>.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Images");
        var layoutPath = section[nameof(ImageOptions.LayoutPath)];
        if (string.IsNullOrWhiteSpace(layoutPath)) throw new OptionsValidationException("Images", typeof(ImageOptions), ["Images:LayoutPath is missing: the folder of the OCI layout that images are stored in."]);
        var options = new ImageOptions(layoutPath, section[nameof(ImageOptions.BasePath)], section.GetValue<bool>(nameof(ImageOptions.AllowEmptyBase)));

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<IImageStore>(provider => new OciLayoutStore(options.LayoutPath, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IImageBuilder, LayersImageBuilder>();
        services.AddSingleton<ImageUnpacker>();
        services.AddSingleton<IImageReader>(provider => provider.GetRequiredService<ImageUnpacker>());
        return services;
    }
}
