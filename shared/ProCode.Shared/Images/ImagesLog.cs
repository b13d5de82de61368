using Microsoft.Extensions.Logging;

namespace ProCode.Images;

/// <summary>What is logged about images (events 4200-4299).</summary>
internal static partial class ImagesLog
{
    [LoggerMessage(4200, LogLevel.Information, "Image {Reference} is {Digest}, {SizeBytes} bytes")]
    public static partial void ImageBuilt(ILogger logger, string reference, string digest, long sizeBytes);

    [LoggerMessage(4201, LogLevel.Warning, "The base image {BaseImage} is missing; building on an empty base, as Images:AllowEmptyBase says")]
    public static partial void BuildingOnEmptyBase(ILogger logger, string baseImage);
}
