using System.Net;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Http;

public sealed class IdempotencyTests(SharedStack stack)
{
    private readonly string _key = TestStack.NewName("key");
    private readonly string _name = TestStack.NewName("credential");
    private readonly long _project = Random.Shared.NextInt64(1, long.MaxValue);

    [Fact]
    public async Task Post_SameKeyAndBodyAgain_GivesTheSameAnswer()
    {
        var first = await CreateAsync(_key);
        var again = await CreateAsync(_key);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, again.Status));
        Assert.Equal(first.Data.GetRawText(), again.Data.GetRawText());
        Assert.NotEqual(RequestId(first), RequestId(again));
    }

    [Fact]
    public async Task Post_SameKeyManyTimesAtOnce_MakesOneThing()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(_key)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => answer.Data.GetRawText()).Distinct());
        Assert.Equal(1, (await stack.Client.SendAsync(HttpMethod.Get, $"credentials?projectId={_project}")).Data.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_Is409()
    {
        await CreateAsync(_key);

        var other = await CreateAsync(_key, "other-token");

        Assert.Equal((HttpStatusCode.Conflict, 40902, "IDEMPOTENCY_KEY_REUSED"), (other.Status, other.Code, other.Error));
    }

    [Fact]
    public async Task Post_RefusedRequestAgain_IsRefusedTheSame()
    {
        await CreateAsync(null);

        var first = await CreateAsync(_key);
        var again = await CreateAsync(_key);

        Assert.Equal(("CREDENTIAL_NAME_TAKEN", "CREDENTIAL_NAME_TAKEN"), (first.Error, again.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Post_UnusableKey_Is400(string key)
    {
        var answer = await CreateAsync(key);

        Assert.Equal((HttpStatusCode.BadRequest, "Idempotency-Key"), (answer.Status, answer.Envelope.GetProperty("details")[0].GetProperty("field").GetString()));
    }

    private static string? RequestId(ApiAnswer answer) => answer.Envelope.GetProperty("requestId").GetString();

    private Task<ApiAnswer> CreateAsync(string? key, string token = "token") => stack.Client.SendAsync(
        HttpMethod.Post, "credentials", new { name = _name, kind = "token", token, projectId = _project },
        request =>
        {
            if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        });
}
