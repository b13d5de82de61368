using System.Formats.Tar;
using System.Security.Cryptography;
using ProCode.Images;

namespace ProCode.Scaffolds;

/// <summary>A scaffold as a .tar.gz with its files under one folder of its name. The bytes follow from names and contents alone, on every machine.</summary>
/// <param name="Content">The gzipped tar.</param>
/// <param name="Digest">SHA-256 of the content, in lower-case hexadecimal.</param>
public sealed record ScaffoldArchive(ReadOnlyMemory<byte> Content, string Digest)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal static async Task<ScaffoldArchive> PackAsync(Scaffold scaffold)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            // No entries for folders: every tar program makes those that a file needs.
            foreach (var (path, content) in scaffold.Files)
            {
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, $"{scaffold.Name}/{path}")
                {
                    Mode = Mode,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    DataStream = new MemoryStream(content.ToArray(), writable: false),
                });
            }
        }
        tar.Position = 0;
        using var archive = new MemoryStream();
        await ReproducibleGzip.CompressAsync(tar, archive, CancellationToken.None);
        var bytes = archive.ToArray();
        return new ScaffoldArchive(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
