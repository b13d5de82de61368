using System.Globalization;
using System.Text.Json;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>The <c>annotations</c> of a manifest or descriptor: known ones by their keys, then the others.</summary>
internal static class OciAnnotationsJson
{
    private const string Name = "annotations";
    private const string Prefix = "org.opencontainers.image.";

    // In the order in which they are written.
    private static readonly (string Key, Func<OciAnnotations, string?> Get, Action<OciAnnotations, string> Set)[] Known =
    [
        ("created", a => a.CreatedOn?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
            (a, text) => a.CreatedOn = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)),
        ("authors", a => a.Authors, (a, text) => a.Authors = text),
        ("url", a => a.Url?.AbsoluteUri, (a, text) => a.Url = new Uri(text)),
        ("documentation", a => a.Documentation?.AbsoluteUri, (a, text) => a.Documentation = new Uri(text)),
        ("source", a => a.Source?.AbsoluteUri, (a, text) => a.Source = new Uri(text)),
        ("version", a => a.Version, (a, text) => a.Version = text),
        ("revision", a => a.Revision, (a, text) => a.Revision = text),
        ("vendor", a => a.Vendor, (a, text) => a.Vendor = text),
        ("licenses", a => a.Licenses, (a, text) => a.Licenses = text),
        ("ref.name", a => a.Name, (a, text) => a.Name = text),
        ("title", a => a.Title, (a, text) => a.Title = text),
        ("description", a => a.Description, (a, text) => a.Description = text),
    ];

    public static void Write(Utf8JsonWriter writer, OciAnnotations? annotations)
    {
        if (annotations is null)
            return;
        writer.WriteStartObject(Name);
        foreach (var (key, get, _) in Known)
        {
            if (get(annotations) is { } text)
                writer.WriteString(Prefix + key, text);
        }

        foreach (var (key, value) in annotations.AdditionalProperties)
        {
            writer.WritePropertyName(key);
            JsonSerializer.Serialize(writer, value);
        }

        writer.WriteEndObject();
    }

    public static OciAnnotations? Read(JsonElement owner)
    {
        if (owner.Find(Name) is not { } element)
            return null;
        var annotations = new OciAnnotations();
        foreach (var property in element.EnumerateObject())
        {
            var set = Array.Find(Known, known => property.NameEquals(Prefix + known.Key)).Set;
            if (set is null)
                annotations.AdditionalProperties[property.Name] = ValueOf(property.Value);
            else if (property.Value.GetString() is { } text)
                set(annotations, text);
        }

        return annotations;
    }

    // The specification has texts only. Whatever else somebody wrote is kept as JSON, which is written again as it is.
    private static object ValueOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.Clone();
}
