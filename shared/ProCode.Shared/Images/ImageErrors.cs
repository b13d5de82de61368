using ProCode.Results;

namespace ProCode.Images;

/// <summary>What can go wrong with images.</summary>
public static class ImageErrors
{
    public static readonly ErrorCode BaseImageMissing = new(4201, "BASE_IMAGE_MISSING", ErrorKind.Unprocessable);
    public static readonly ErrorCode ImageNotFound = new(4202, "IMAGE_NOT_FOUND", ErrorKind.NotFound);
    public static readonly ErrorCode ImageDamaged = new(4203, "IMAGE_DAMAGED", ErrorKind.Internal);
}
