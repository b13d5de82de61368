using System.Net;
using ProCode.Dev.Api;

namespace ProCode.Functions.Tests.Credentials;

public sealed class CredentialsTests(SharedStack stack)
{
    private const string Secret = "s3cret-never-shown";

    private readonly long _project = Random.Shared.NextInt64(1, long.MaxValue);

    public static TheoryData<string, object> Kinds { get; } = new()
    {
        { "token", new { token = Secret } },
        { "basic", new { username = "dev", password = Secret, server = "git.example.com" } },
        { "registry", new { server = "registry.example.com:5000", username = "dev", password = Secret } },
        { "kubeconfig", new { kubeconfig = Secret } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Create_EachKind_Is201WithoutItsSecret(string kind, object parts)
    {
        var answer = await CreateAsync(new { name = kind, kind, projectId = _project }, parts);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal((kind, kind), (answer.Data.GetProperty("name").GetString(), answer.Data.GetProperty("kind").GetString()));
        Assert.True(long.Parse(answer.Data.GetProperty("id").GetString()!, null) > 0);
        Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, (await ListAsync("")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, stack.App.LastLines, StringComparison.Ordinal);
    }

    public static TheoryData<object, string> Mistakes { get; } = new()
    {
        { new { kind = "token", token = Secret }, "name" },
        { new { name = "  ", kind = "token", token = Secret }, "name" },
        { new { name = new string('x', 101), kind = "token", token = Secret }, "name" },
        { new { name = "x" }, "kind" },
        { new { name = "x", kind = "token" }, "token" },
        { new { name = "x", kind = "token", token = Secret, password = Secret }, "password" },
        { new { name = "x", kind = "basic", password = Secret }, "username" },
        { new { name = "x", kind = "basic", username = "a:b", password = Secret }, "username" },
        { new { name = "x", kind = "registry", username = "a", password = Secret }, "server" },
        { new { name = "x", kind = "token", token = Secret, server = "https://git.example.com" }, "server" },
        { new { name = "x", kind = "kubeconfig", kubeconfig = Secret, server = "k8s.example.com" }, "server" },
        { new { name = "x", kind = "registry", username = "a", password = Secret, server = "https://host/path" }, "server" },
        { new { name = "x", kind = "kubeconfig", kubeconfig = new string('x', (200 * 1024) + 1) }, "kubeconfig" },
        { new { name = "x", kind = "kubeconfig", kubeconfig = new string('é', 100 * 1024) + "x" }, "kubeconfig" },
        { new { name = "x", kind = "token", token = new { value = Secret } }, "token" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Create_WrongPart_IsNamedWithoutItsSecret(object body, string field)
    {
        var answer = await CreateAsync(new { projectId = _project }, body);

        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, Assert.Single(answer.Envelope.GetProperty("details").EnumerateArray()).GetProperty("field").GetString()));
        Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
        Assert.Empty((await ListAsync("")).Data.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Create_NameThatIsTaken_Is409()
    {
        await CreateTokenAsync("git");

        var second = await CreateTokenAsync("GIT");

        Assert.Equal((HttpStatusCode.Conflict, 1006, "CREDENTIAL_NAME_TAKEN"), (second.Status, second.Code, second.Error));
    }

    [Fact]
    public async Task List_PageByPage_GivesEveryCredentialOnceNewestFirst()
    {
        foreach (var name in (string[])["a", "b", "c", "d", "e"]) await CreateTokenAsync(name);

        List<string?> names = [];
        string? continuation = null;
        do
        {
            var page = await ListAsync($"&limit=2{(continuation is null ? "" : $"&continuation={continuation}")}");
            names.AddRange(page.Data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
            continuation = page.Data.TryGetProperty("continuation", out var next) ? next.GetString() : null;
        }
        while (continuation is not null);

        Assert.Equal(["e", "d", "c", "b", "a"], names);
    }

    private Task<ApiAnswer> CreateTokenAsync(string name) => CreateAsync(new { name, kind = "token", projectId = _project }, new { token = Secret });

    private Task<ApiAnswer> CreateAsync(object first, object second) => stack.Client.SendAsync(
        HttpMethod.Post, "credentials",
        first.GetType().GetProperties().Select(property => (property, value: property.GetValue(first)))
            .Concat(second.GetType().GetProperties().Select(property => (property, value: property.GetValue(second))))
            .ToDictionary(part => part.property.Name, part => part.value));

    private Task<ApiAnswer> ListAsync(string query) => stack.Client.SendAsync(HttpMethod.Get, $"credentials?projectId={_project}{query}");
}
