using System.Net;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Credentials;

public sealed class RotateCredentialTests(SharedStack stack)
{
    private const string Secret = "s3cret-never-shown";

    public static TheoryData<string, object, object> Kinds { get; } = new()
    {
        { "token", new { token = "old" }, new { token = Secret } },
        { "basic", new { username = "dev", password = "old" }, new { password = Secret } },
        { "registry", new { server = "registry.example.com", username = "dev", password = "old" }, new { username = "bot", password = Secret } },
        { "kubeconfig", new { kubeconfig = "old" }, new { kubeconfig = Secret } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Rotate_EachKind_KeepsIdAndNameAndShowsNoSecret(string kind, object parts, object secret)
    {
        var created = (await CreateAsync(kind, parts)).Data;
        var path = $"credentials/{created.GetProperty("id").GetString()}";
        Assert.False(created.TryGetProperty("rotatedAt", out _));

        var rotated = await stack.Client.SendAsync(HttpMethod.Post, $"{path}/rotate", secret);

        var read = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, read.Data.GetRawText()), (rotated.Status, rotated.Data.GetRawText()));
        foreach (var field in new[] { "id", "name", "kind", "createdAt" }) Assert.Equal(created.GetProperty(field).GetString(), read.Data.GetProperty(field).GetString());
        Assert.True(read.Data.TryGetProperty("rotatedAt", out _));
        if (kind == "registry") Assert.Equal("bot", read.Data.GetProperty("username").GetString());
        if (kind == "basic") Assert.Equal("dev", read.Data.GetProperty("username").GetString());
        Assert.DoesNotContain(Secret, rotated.Body + read.Body + stack.App.LastLines, StringComparison.Ordinal);
    }

    public static TheoryData<object, string> Mistakes { get; } = new()
    {
        { new { }, "token" },
        { new { token = " " }, "token" },
        { new { token = Secret, password = Secret }, "password" },
        { new { token = Secret, username = "x" }, "username" },
        { new { token = Secret, name = "other" }, "name" },
        { new { token = new string('x', (16 * 1024) + 1) }, "token" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Rotate_AWrongPart_IsNamedWithoutItsSecret(object body, string field)
    {
        var id = (await CreateAsync("token", new { token = "old" })).Data.GetProperty("id").GetString();
        var answer = await stack.Client.SendAsync(HttpMethod.Post, $"credentials/{id}/rotate", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, Assert.Single(answer.Envelope.GetProperty("details").EnumerateArray()).GetProperty("field").GetString()));
        Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_ToTheRightPassword_OpensTheRepository()
    {
        var name = TestStack.NewName("agent");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, "wrong");
        var app = new { name, devMode = "pro-code", techStack = "python", gitRepoUrl = stack.Git.UrlOf(name), credentialId = credential.Id };
        Assert.Equal(1003, (await stack.Client.SendAsync(HttpMethod.Post, "apps", app)).Code);

        await stack.Client.SendAsync(HttpMethod.Post, $"credentials/{credential.Id}/rotate", new { password = stack.Stack.GitPassword });

        Assert.Equal(HttpStatusCode.Created, (await stack.Client.SendAsync(HttpMethod.Post, "apps", app)).Status);
        var inUse = await stack.Client.SendAsync(HttpMethod.Delete, $"credentials/{credential.Id}");
        Assert.Equal((HttpStatusCode.Conflict, 1011), (inUse.Status, inUse.Code));
        Assert.Contains("its repository", inUse.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_AnOlderRequestIsRepeatedUnderItsKey_KeepsTheNewerSecret()
    {
        var id = (await CreateAsync("token", new { token = "old" })).Data.GetProperty("id").GetString();
        Task<ApiAnswer> RotateAsync(string token, string key) => stack.Client.SendAsync(
            HttpMethod.Post, $"credentials/{id}/rotate", new { token }, request => request.Headers.Add("Idempotency-Key", key));
        var first = await RotateAsync("one", "first");
        var second = await RotateAsync("two", "second");

        var again = await RotateAsync("one", "first");

        Assert.Equal(first.Data.GetRawText(), again.Data.GetRawText());
        Assert.Equal(second.Data.GetRawText(), (await stack.Client.SendAsync(HttpMethod.Get, $"credentials/{id}")).Data.GetRawText());
    }

    [Fact]
    public async Task Delete_AnUnusedCredential_IsGoneAndItsNameFree()
    {
        var created = (await CreateAsync("token", new { token = "x" })).Data;
        var path = $"credentials/{created.GetProperty("id").GetString()}";

        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Delete, path)).Status);

        foreach (var answer in new[] { await stack.Client.SendAsync(HttpMethod.Get, path), await stack.Client.SendAsync(HttpMethod.Delete, path),
            await stack.Client.SendAsync(HttpMethod.Post, $"{path}/rotate", new { token = "x" }), })
            Assert.Equal((HttpStatusCode.NotFound, 1007, "CREDENTIAL_NOT_FOUND"), (answer.Status, answer.Code, answer.Error));
        var again = await stack.Client.SendAsync(HttpMethod.Post, "credentials", new { name = created.GetProperty("name").GetString(), kind = "token", token = "y" });
        Assert.Equal(HttpStatusCode.Created, again.Status);
    }

    [Theory]
    [InlineData("GET", "credentials/1")]
    [InlineData("DELETE", "credentials/1")]
    [InlineData("POST", "credentials/1/rotate")]
    public async Task Credential_AnotherProjectOrNoKeyOrAWrongParameter_IsRefused(string method, string path)
    {
        using var anonymous = stack.ClientWith(null);
        var verb = new HttpMethod(method);
        object? body = method == "POST" ? new { token = "x" } : null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(verb, path, body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stack.Client.SendAsync(verb, $"{path}?projectId=987654321", body)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(verb, $"{path}?projectId=0", body)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(verb, $"{path}?x=1", body)).Status);
    }

    private Task<ApiAnswer> CreateAsync(string kind, object parts)
    {
        var body = parts.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(parts));
        body["name"] = TestStack.NewName(kind);
        body["kind"] = kind;
        return stack.Client.SendAsync(HttpMethod.Post, "credentials", body);
    }
}
