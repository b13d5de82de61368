using System.Runtime.InteropServices;

namespace ProCode.Dev;

/// <summary>How it went: the base is there, or the one-line reason why it can't be.</summary>
public sealed record BaseImageResult(bool IsReady, string? Reason);

/// <summary>Makes a small base image from Debian's own packages, so that images can be built and run without a registry.</summary>
public static class BaseImage
{
    private const string Python = "python:3.11";
    private static readonly string[] PythonPackages =
    [
        "busybox-static", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "libc6", "libssl3", "zlib1g",
        "libexpat1", "libffi8", "libbz2-1.0", "liblzma5", "libuuid1", "libcrypt1", "libsqlite3-0", "ca-certificates",
    ];

    private static readonly string[] Unneeded = ["usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/doc-base", "usr/share/binfmts"];

    /// <summary>Makes <c>python:3.11</c> as an OCI layout in a folder, once: a layout that is there is left as it is. The same packages
    /// give the same digest. Takes about 3 s and a download of some 10 MB the first time.</summary>
    public static async Task<BaseImageResult> EnsurePythonAsync(string baseLayoutFolder, CancellationToken cancellation)
    {
        var layout = Path.GetFullPath(baseLayoutFolder);
        if (BaseImageLayout.Has(layout, Python)) return new BaseImageResult(true, null);
        if (!Tool.Exists("apt-get") || !Tool.Exists("dpkg-deb")) return new BaseImageResult(false, "apt-get and dpkg-deb are needed to make the Python base image; this is no Debian.");

        var work = Directory.CreateTempSubdirectory("procode-base-").FullName;
        try
        {
            var packages = Directory.CreateDirectory(Path.Combine(work, "packages")).FullName;
            if (await DownloadAsync(packages, cancellation) is { } reason) return new BaseImageResult(false, reason);
            var root = Directory.CreateDirectory(Path.Combine(work, "root")).FullName;
            foreach (var package in Directory.EnumerateFiles(packages, "*.deb").Order(StringComparer.Ordinal))
            {
                if (await RunAsync(work, cancellation, "dpkg-deb", "-x", package, root) is { } failure)
                    return new BaseImageResult(false, $"A Debian package can't be unpacked: {failure}");
            }
            Finish(root);
            await BaseImageLayout.WriteAsync(layout, Python, Architecture(), root, cancellation);
            return new BaseImageResult(true, null);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string?> DownloadAsync(string folder, CancellationToken cancellation)
    {
        string[] download = ["apt-get", "download", "-q", .. PythonPackages];
        var failure = await RunAsync(folder, cancellation, download);
        if (failure is null) return null;
        // A machine whose package lists were never fetched, or are out of date: that can be mended by root only.
        if (Environment.IsPrivilegedProcess && await RunAsync(folder, cancellation, "apt-get", "update", "-q") is null)
            failure = await RunAsync(folder, cancellation, download);
        return failure is null ? null : $"The Debian packages of python3.11 can't be downloaded: {failure}";
    }

    private static void Finish(string root)
    {
        foreach (var folder in Unneeded.Select(path => Path.Combine(root, path)).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
        foreach (var folder in (string[])["tmp", "proc", "sys", "dev", "etc", "root"]) Directory.CreateDirectory(Path.Combine(root, folder));
        Link(root, "usr/bin/python3", "python3.11");
        Link(root, "usr/bin/python", "python3.11");
        Link(root, "bin/sh", "busybox");
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
        Certificates(root);
    }

    /// <summary>What update-ca-certificates would do when the package is installed: one file with all of them.</summary>
    private static void Certificates(string root)
    {
        var source = Path.Combine(root, "usr/share/ca-certificates");
        var target = Directory.CreateDirectory(Path.Combine(root, "etc/ssl/certs")).FullName;
        var certificates = Directory.EnumerateFiles(source, "*.crt", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText);
        File.WriteAllText(Path.Combine(target, "ca-certificates.crt"), string.Concat(certificates));
    }

    private static void Link(string root, string path, string target)
    {
        var link = Path.Combine(root, path);
        if (!Path.Exists(link)) File.CreateSymbolicLink(link, target);
    }

    private static string Architecture() => RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    /// <summary>Null when it went well, or the last line the tool wrote about its failure.</summary>
    private static async Task<string?> RunAsync(string folder, CancellationToken cancellation, params string[] command)
    {
        var environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["DEBIAN_FRONTEND"] = "noninteractive" };
        var result = await Tool.RunAsync(command, cancellation, environment, folder);
        return result.ExitCode == 0 ? null : result.Output.Split('\n')[^1].Trim() is { Length: > 0 } line ? line : $"{command[0]} ended with {result.ExitCode}";
    }
}
