using System.Buffers.Binary;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;
using ICSharpCode.SharpZipLib.Zip.Compression.Streams;

namespace ProCode.Images;

/// <summary>Gzip whose bytes depend on nothing but the content. The platform's own zlib is another one on another operating system,
/// processor or .NET build and gives other bytes; this one is managed code of a pinned version.</summary>
internal static class ReproducibleGzip
{
    private const int Level = 6;
    private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]; // deflate; no name, no time, no operating system

    public static async Task CompressAsync(Stream content, Stream target, CancellationToken cancellation)
    {
        target.Write(Header);
        var crc = new Crc32();
        var length = 0L;
        using (var deflate = new DeflaterOutputStream(target, new Deflater(Level, noZlibHeaderOrFooter: true), 1 << 16) { IsStreamOwner = false })
        {
            var buffer = new byte[1 << 16];
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation) is > 0 and var read)
            {
                crc.Update(new ArraySegment<byte>(buffer, 0, read));
                deflate.Write(buffer, 0, read);
                length += read;
            }
        }
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, (uint)crc.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)length);
        target.Write(trailer);
    }
}
