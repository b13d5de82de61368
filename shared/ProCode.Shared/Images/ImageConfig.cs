using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProCode.Builds;

namespace ProCode.Images;

/// <summary>An image's config document (OCI image-spec, config): a JSON object, so that what a base image says and we needn't know is
/// kept.</summary>
internal sealed class ImageConfig
{
    private const string Epoch = "1970-01-01T00:00:00Z";
    private readonly JsonObject _root;

    private ImageConfig(JsonObject root) => _root = root;

    /// <summary>The config of an image without files.</summary>
    public static ImageConfig Empty() => new(new JsonObject
    {
        ["architecture"] = "amd64",
        ["os"] = "linux",
        ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin") },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
    });

    /// <summary>Null when the bytes are not the config of an image.</summary>
    public static ImageConfig? Parse(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonNode.Parse(content) is JsonObject root && root["rootfs"]?["diff_ids"] is JsonArray ? new ImageConfig(root) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The config of the image that a project's source makes on top of this one.</summary>
    public ImageConfig Extend(ImageBuildRequest request, string diffId)
    {
        var root = (JsonObject)_root.DeepClone();
        root["created"] = Epoch;
        ((JsonArray)root["rootfs"]!["diff_ids"]!).Add((JsonNode)diffId);
        if (root["history"] is JsonArray history) history.Add(new JsonObject { ["created"] = Epoch, ["created_by"] = $"COPY . {RunSettings.WorkingDir}/" });

        var config = root["config"] as JsonObject ?? [];
        root["config"] = config;
        config["Env"] = Merge(config["Env"] as JsonArray, RunSettings.Environment(request.Manifest, request.TechStack));
        config["Entrypoint"] = new JsonArray([.. request.Manifest.Entrypoint.Select(part => (JsonNode)part)]);
        config.Remove("Cmd"); // The base's arguments would be handed to our entrypoint.
        config["WorkingDir"] = RunSettings.WorkingDir;
        config["User"] = RunSettings.User;
        config["ExposedPorts"] = new JsonObject { [$"{request.Manifest.Port.ToString(CultureInfo.InvariantCulture)}/tcp"] = new JsonObject() };
        var labels = config["Labels"] as JsonObject ?? [];
        config["Labels"] = labels;
        foreach (var (name, value) in RunSettings.Labels(request.Manifest, request.CommitId)) labels[name] = value;
        return new ImageConfig(root);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(_root, Oci.Json);

    /// <summary>How to run it.</summary>
    public UnpackedImage ToUnpackedImage()
    {
        var config = _root["config"] as JsonObject ?? [];
        var env = Texts(config["Env"]).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
        var workingDir = config["WorkingDir"]?.GetValue<string>() is { Length: > 0 } folder ? folder : "/";
        return new UnpackedImage([.. Texts(config["Entrypoint"]), .. Texts(config["Cmd"])], env, workingDir, Port(config["ExposedPorts"] as JsonObject));
    }

    private static JsonArray Merge(JsonArray? lines, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var kept = Texts(lines).Where(line => !settings.Any(setting => line.StartsWith($"{setting.Key}=", StringComparison.Ordinal)));
        return [.. kept.Concat(settings.Select(setting => $"{setting.Key}={setting.Value}")).Select(line => (JsonNode)line)];
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => item!.GetValue<string>());

    private static int? Port(JsonObject? ports) =>
        ports is { Count: > 0 } && int.TryParse(ports.First().Key.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
