using System.Text;
using Microsoft.AspNetCore.Http;

namespace ProCode.Deliveries;

/// <summary>Deliveries as tests make them.</summary>
internal static class HookSamples
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string Other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    public const string Push = """{"ref":"refs/heads/main"}""";
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1772352000);

    /// <summary>Payloads that a webhook's endpoint meets, and must neither choke on nor take for a push.</summary>
    public static TheoryData<string> Unreadable() =>
    [
        "", "   ", "null", "7", "[]", "\"refs/heads/main\"", "{", "{}", "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D",
        """{"ref":null}""", """{"ref":7}""", """{"ref":{}}""", """{"ref":""}""", """{"ref":"main"}""", """{"ref":"refs/heads/"}""",
        """{"ref":"refs/heads/../x"}""", """{"ref":"refs/heads/a\u0000b"}""", """{"ref":"refs/heads/\ud800"}""", """{"ref":"refs/notes/commits"}""",
        """{"ref":"refs/pull/1/head"}""", $$"""{"ref":"refs/heads/{{new string('x', 300)}}"}""",
        $$"""{"ref":"refs/heads/main","deep":{{new string('[', 200)}}{{new string(']', 200)}}}""", "\u00ff\u00fe",
    ];

    public static HookRequest Request(string body, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers) dictionary.Append(name, value);
        return new HookRequest(dictionary, Encoding.UTF8.GetBytes(body));
    }

    public static TimeProvider At(DateTimeOffset now) => new Clock(now);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
