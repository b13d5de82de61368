using System.Text;
using Microsoft.AspNetCore.Http;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Results;

namespace ProCode.Functions.Tests.Http;

public sealed class RequestReaderTests
{
    [Fact]
    public async Task ReadAsync_WholeRequest_IsRead()
    {
        var result = await ReadAsync("""{"name":"x","count":3,"stack":"python","part":{"size":1.5},"parts":[{"size":2}],"env":{"A":"b"},"at":"2025-01-31T12:00:00Z"}""");

        Assert.Equal(("x", 3, TechStack.Python, 1.5, 2.0, "b"), (result.Value.Name, result.Value.Count, result.Value.Stack,
            result.Value.Part!.Size, result.Value.Parts![0].Size, result.Value.Env!["A"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null,"count":null,"part":null}""")]
    public async Task ReadAsync_MissingFields_AreNull(string json) => Assert.Null((await ReadAsync(json)).Value.Name);

    [Theory]
    [InlineData("""{"nam":"x"}""", "nam", "is not a field of this request")]
    [InlineData("""{"Name":"x"}""", "Name", "is not a field of this request")]
    [InlineData("""{"part":{"width":1}}""", "part.width", "is not a field of this request")]
    [InlineData("""{"parts":[{"size":1},{"width":1}]}""", "parts[1].width", "is not a field of this request")]
    [InlineData("""{"name":"x","name":"y"}""", "name", "is given more than once")]
    [InlineData("""{"env":{"A":"x","A":"y"}}""", "env.A", "is given more than once")]
    [InlineData("""{"name":5}""", "name", "must be a string")]
    [InlineData("""{"count":"5"}""", "count", "must be a whole number")]
    [InlineData("""{"count":1.5}""", "count", "must be a whole number")]
    [InlineData("""{"count":9999999999999999999}""", "count", "must be a whole number")]
    [InlineData("""{"stack":"Python"}""", "stack", "must be one of python, nodejs, java")]
    [InlineData("""{"stack":0}""", "stack", "must be one of python, nodejs, java")]
    [InlineData("""{"part":[]}""", "part", "must be an object")]
    [InlineData("""{"parts":{}}""", "parts", "must be an array")]
    [InlineData("""{"env":{"A":1}}""", "env.A", "must be a string")]
    [InlineData("""{"at":"yesterday"}""", "at", "must be a time such as 2025-01-31T12:00:00Z")]
    [InlineData("""[1]""", "body", "must be an object")]
    [InlineData("null", "body", "must be an object")]
    public async Task ReadAsync_WrongField_IsNamed(string json, string field, string issue)
    {
        var error = (await ReadAsync(json)).Error;

        Assert.Equal(GeneralErrors.Invalid, error?.Code);
        Assert.Equal(new ErrorDetail(field, issue), Assert.Single(error!.Details));
    }

    [Fact]
    public async Task ReadAsync_SeveralWrongFields_AreAllNamed() =>
        Assert.Equal(["name", "count", "other"], (await ReadAsync("""{"name":1,"count":"x","other":2}""")).Error!.Details.Select(detail => detail.Field));

    [Theory]
    [InlineData("{\"name\":\"s3cret")]
    [InlineData("{'name':'s3cret'}")]
    [InlineData("{\"name\":\"s3cret\",}")]
    [InlineData("{\"name\":\"s3cret\"} x")]
    [InlineData("s3cret")]
    [InlineData("{\"name\":\"s3cret \\ud800\"}")]
    [InlineData("{\"count\":\"s3cret\"}")]
    public async Task ReadAsync_BrokenBody_IsRefusedWithoutQuotingIt(string json)
    {
        var error = (await ReadAsync(json)).Error;

        Assert.Equal(GeneralErrors.Invalid, error?.Code);
        Assert.DoesNotContain("s3cret", $"{error!.Message} {string.Join(' ', error.Details)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_TooDeep_IsRefused() =>
        Assert.Equal(GeneralErrors.Invalid, (await ReadAsync($"{{\"parts\":{new string('[', 1000)}{new string(']', 1000)}}}")).Error?.Code);

    [Fact]
    public async Task ReadAsync_EmptyBody_IsRefused() => Assert.Equal("The body is empty; it must be a JSON object.", (await ReadAsync("")).Error?.Message);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task ReadAsync_OtherContentType_SaysWhichOneIsWanted(string? type) =>
        Assert.Equal(new ErrorDetail("Content-Type", "must be application/json"), Assert.Single((await ReadAsync("{}", type)).Error!.Details));

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/merge-patch+json")]
    public async Task ReadAsync_JsonContentType_IsRead(string type) => Assert.True((await ReadAsync("{}", type)).Succeeded);

    [Theory]
    [InlineData(RequestReader.MaxBodyLength, true)]
    [InlineData(RequestReader.MaxBodyLength + 1, false)]
    public async Task ReadAsync_BodyWithoutLength_IsReadUpToTheLimit(int length, bool fits)
    {
        var json = "{}".PadRight(length);

        Assert.Equal(fits ? null : GeneralErrors.TooLarge, (await ReadAsync(json)).Error?.Code);
    }

    private static async Task<Result<Sample>> ReadAsync(string json, string? contentType = "application/json")
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = contentType;
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await http.Request.ReadAsync<Sample>(TestContext.Current.CancellationToken);
    }

    private sealed record Sample(
        string? Name, int? Count, TechStack? Stack, Part? Part, IReadOnlyList<Part>? Parts, IReadOnlyDictionary<string, string>? Env, DateTimeOffset? At);

    private sealed record Part(double? Size);
}
