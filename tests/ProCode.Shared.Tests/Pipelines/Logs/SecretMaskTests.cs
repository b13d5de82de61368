using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProCode.Pipelines.Logs;

namespace ProCode.Shared.Tests.Pipelines.Logs;

/// <summary>No form of a secret reaches a log, however its text comes in pieces.</summary>
public sealed class SecretMaskTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Secrets = ["s3cr", "p@ss word/+?%", "pä\"ss\\wörd%41", "100%+1 or %25", "ghp_0123456789abcdefghijklmnopqrstuvwxyzABCDEF", "日本語の秘密🔑!"];

    public static TheoryData<string, string> Forms()
    {
        var forms = new TheoryData<string, string>();
        foreach (var secret in Secrets)
        {
            foreach (var form in FormsOf(secret)) forms.Add(secret, form);
        }

        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Take_EveryFormAtEverySplit_IsMasked(string secret, string form)
    {
        for (var split = 0; split <= form.Length; split++)
        {
            var line = Lines([secret], $"before {form[..split]}", $"{form[split..]} after\n").Single();
            Assert.Equal("before *** after", line);
        }
    }

    [Fact]
    public void Take_AnyTextAroundItInBase64_HidesItWhole()
    {
        var random = new Random(7);
        foreach (var secret in Secrets)
        {
            for (var i = 0; i < 60; i++)
            {
                var (before, after) = (Noise(random, i % 7), Noise(random, random.Next(7)));
                var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after));
                foreach (var form in new[] { encoded, encoded.Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(encoded) })
                {
                    var line = Lines([secret], $"Basic {form}\n").Single();
                    Assert.Contains("***", line, StringComparison.Ordinal);

                    // What is left of it in clear decodes to nothing of the secret but what may begin or end any text.
                    var left = Uri.UnescapeDataString(line["Basic ".Length..]).Split("***");
                    Assert.Equal(2, left.Length);
                    Assert.True(left[0].Length * 6 / 8 <= Encoding.UTF8.GetByteCount(before), line);
                    Assert.True(left[1].TrimEnd('=').Length * 6 / 8 <= Encoding.UTF8.GetByteCount(after), line);
                }
            }
        }
    }

    [Fact]
    public void Take_RandomTextWithSecretsInIt_NeverShowsOne()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 8; i++)
            {
                var secret = Secrets[random.Next(Secrets.Length)];
                var forms = FormsOf(secret).ToList();
                text.Append(Noise(random, random.Next(30))).Append(forms[random.Next(forms.Count)]);
            }

            text.Append('\n');
            var pieces = new List<string>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(1, 12), text.Length - at);
                pieces.Add(text.ToString(at, length));
                at += length;
            }

            var line = Lines(Secrets, [.. pieces]).Single();
            Assert.All(Secrets.SelectMany(FormsOf), form => Assert.DoesNotContain(form, line, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("git clone https://me:pw@git.test/a.git", "git clone https://***@git.test/a.git")]
    [InlineData("https://me:p@w@git.test and ssh://git@host:22/x", "https://***@git.test and ssh://***@host:22/x")]
    [InlineData("mail me@git.test about https://git.test/@me", "mail me@git.test about https://git.test/@me")]
    public void Take_UserInfoOfUrls_IsMaskedThoughNobodyKnowsIt(string text, string shown) => Assert.Equal(shown, Lines([], text + "\n").Single());

    [Fact]
    public void Take_OverlappingSecrets_AreMaskedTogether() => Assert.Equal("x***y", Lines(["abcd", "cdef", "bcde"], "xabcdefy\n").Single());

    [Fact]
    public void Take_ASecretOfSeveralLines_IsMaskedLineByLine() =>
        Assert.Equal(["***", "***", "***\\n***"], Lines(["first line\nsecond line"], "first line\nsecond line\nfirst line\\nsecond line\n"));

    [Fact]
    public void Take_ControlCharactersWithinASecret_DontHelpIt() =>
        Assert.Equal("it is [31m***", Lines(["s3cret"], "it is \u001b[31ms3c\u0000\rret\n").Single());

    [Fact]
    public void Take_ASecretOfThreeCharacters_IsShown() => Assert.Equal("abc", Lines(["abc", "", null], "abc\n").Single());

    [Fact]
    public void Take_ASecretAcrossTheCut_IsMaskedWhole()
    {
        const string Secret = "ghp_0123456789abcdef";
        for (var at = LineText.MaxBytes - 60; at < LineText.MaxBytes + 5; at++)
        {
            var line = Lines([Secret], new string('x', at) + Secret + new string('y', 50_000) + "\n").Single();
            Assert.DoesNotContain("gh", line, StringComparison.Ordinal);
            Assert.EndsWith(" … (line cut)", line, StringComparison.Ordinal);
        }

        // Many secrets before it make the line shorter, but bring nothing into sight that was cut apart.
        var crowded = string.Concat(Enumerable.Repeat(Secret, 5000));
        var shown = Lines([Secret], crowded + "\n").Single();
        Assert.DoesNotContain("gh", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_LongLine_IsCutWithinItsBytesBetweenCharacters()
    {
        foreach (var c in new[] { "x", "ä", "語", "🔑" })
        {
            var raw = new LineText(new SecretMask()).Take(string.Concat(Enumerable.Repeat(c, 9000)) + "\n", Now).Single();
            Assert.InRange(raw.Length, LineText.MaxBytes - 4, LineText.MaxBytes);
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(raw);
            Assert.EndsWith($"{c} … (line cut)\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Take_Lines_HaveTheirTimeAndNoControlCharacters()
    {
        var text = new LineText(new SecretMask());
        var lines = text.Take("a\tb\r\n\n\u0085c\u007f", Now).Select(Encoding.UTF8.GetString).ToList();
        Assert.Equal(["2026-03-01T08:00:00.000Z a\tb\n", "2026-03-01T08:00:00.000Z \n"], lines);
        Assert.Equal("2026-03-01T08:00:00.000Z c\n", Encoding.UTF8.GetString(text.TakeRest(Now)!));
        Assert.Null(text.TakeRest(Now));
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return Uri.EscapeDataString(secret).ToLowerInvariant() is var lower && Uri.UnescapeDataString(lower) == secret ? lower : secret;
        yield return string.Concat(Encoding.UTF8.GetBytes(secret).Select(b => $"%{b:X2}"));
        yield return JsonEncodedText.Encode(secret).ToString();
        yield return JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
    }

    private static string Noise(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "abc XYZ:019"[random.Next(11)]));

    private static List<string> Lines(IEnumerable<string?> secrets, params string[] pieces)
    {
        var mask = new SecretMask();
        foreach (var secret in secrets) mask.Add(secret);
        var text = new LineText(mask);
        return [.. pieces.SelectMany(piece => text.Take(piece, Now)).Select(line => Encoding.UTF8.GetString(line)["2026-03-01T08:00:00.000Z ".Length..^1])];
    }
}
