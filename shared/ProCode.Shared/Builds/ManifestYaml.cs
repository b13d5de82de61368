using ProCode.Results;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ProCode.Builds;

/// <summary>One key of procode.yaml: <paramref name="Text"/> for a plain value, <paramref name="Items"/> for a list.</summary>
internal sealed record ManifestField(string? Text, IReadOnlyList<string>? Items, long Line);

/// <summary>procode.yaml as a flat set of keys. It is read event by event, so that nothing is built from it, no tag chooses a type,
/// no alias expands and no depth of nesting is followed.</summary>
internal static class ManifestYaml
{
    private static readonly string[] KnownKeys = ["name", "runtime", "entrypoint", "port", "health"];

    /// <summary>The keys that could be read; whatever is wrong is added to <paramref name="problems"/>.</summary>
    public static IReadOnlyDictionary<string, ManifestField> Parse(string yaml, List<ErrorDetail> problems)
    {
        var fields = new Dictionary<string, ManifestField>(StringComparer.Ordinal);
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return fields;
            if (!IsEmptyDocument(parser)) ReadMapping(parser, fields, problems);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var more)) throw Refuse(parser.Current, "there is more than one document");
        }
        catch (YamlException exception)
        {
            problems.Add(new ErrorDetail(SourceListing.ManifestFile, $"line {exception.Start.Line}: {exception.Message}"));
        }
        return fields;
    }

    private static bool IsEmptyDocument(Parser parser) =>
        parser.Accept<Scalar>(out var scalar) && scalar.Value.Length == 0 && parser.TryConsume<Scalar>(out _);

    private static void ReadMapping(Parser parser, Dictionary<string, ManifestField> fields, List<ErrorDetail> problems)
    {
        RefuseTags(parser);
        if (!parser.TryConsume<MappingStart>(out _)) throw Refuse(parser.Current, "expected lines of the form 'key: value'");
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadScalar(parser, "a key");
            var line = key.Start.Line;
            var field = ReadValue(parser, key.Value, line);
            if (!KnownKeys.Contains(key.Value))
                problems.Add(new ErrorDetail(key.Value, $"line {line}: unknown key; known are {string.Join(", ", KnownKeys)}"));
            else if (!fields.TryAdd(key.Value, field))
                problems.Add(new ErrorDetail(key.Value, $"line {line}: the key is there twice"));
        }
    }

    private static ManifestField ReadValue(Parser parser, string key, long line)
    {
        if (!parser.Accept<SequenceStart>(out _)) return new ManifestField(ReadScalar(parser, $"the value of '{key}'").Value, null, line);
        RefuseTags(parser);
        parser.Consume<SequenceStart>();
        var items = new List<string>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadScalar(parser, $"each item of '{key}'").Value);
        return new ManifestField(null, items, line);
    }

    private static Scalar ReadScalar(Parser parser, string what)
    {
        RefuseTags(parser);
        return parser.TryConsume<Scalar>(out var scalar) ? scalar : throw Refuse(parser.Current, $"{what} must be plain text");
    }

    private static void RefuseTags(Parser parser)
    {
        if (!parser.Accept<NodeEvent>(out var node)) return;
        if (!node.Tag.IsEmpty || !node.Anchor.IsEmpty) throw Refuse(node, "tags, anchors and aliases are not allowed");
    }

    private static YamlException Refuse(ParsingEvent? at, string why) => new(at?.Start ?? Mark.Empty, at?.End ?? Mark.Empty, why);
}
