using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Writes objects in git's own loose form: a process per object would make a large tree slow.</summary>
internal static class ObjectWriter
{
    [SuppressMessage("Security", "CA5350", Justification = "The ids of git's objects are SHA-1.")]
    internal static ObjectId Write(string gitFolder, string type, byte[] content)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes($"{type} {content.Length}\0"), .. content];
        var id = new ObjectId(Convert.ToHexStringLower(SHA1.HashData(text)));
        var folder = Directory.CreateDirectory(Path.Combine(gitFolder, "objects", id.Sha[..2])).FullName;
        var path = Path.Combine(folder, id.Sha[2..]);
        if (File.Exists(path))
            return id;

        var unfinished = Path.Combine(folder, "tmp_obj_" + Guid.NewGuid().ToString("N")); // git's name for it, which its own cleaning knows
        using (var file = new ZLibStream(File.Create(unfinished), CompressionLevel.Fastest))
            file.Write(text);
        File.Move(unfinished, path, overwrite: true);
        return id;
    }
}
