using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Functions.Http;
using ProCode.Results;

namespace ProCode.Functions.Tests.Http;

public sealed class AnswersTests
{
    private readonly SkippingTime _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    [Fact]
    public async Task Created_Data_IsWrappedInTheEnvelope()
    {
        var (http, body) = await SendAsync(Answers.Created(new Thing(7, "é\"中")));

        Assert.Equal((201, "application/json; charset=utf-8"), (http.Response.StatusCode, http.Response.ContentType));
        Assert.Equal(["code", "message", "data", "requestId"], body.EnumerateObject().Select(field => field.Name));
        Assert.Equal((0, "success", "request-1"), (body.GetProperty("code").GetInt32(), body.GetProperty("message").GetString(), body.GetProperty("requestId").GetString()));
        Assert.Equal((7, "é\"中"), (body.GetProperty("data").GetProperty("id").GetInt32(), body.GetProperty("data").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Page_LastPage_HasItemsAndNoContinuation()
    {
        var (_, body) = await SendAsync(Answers.Page([1, 2], null));

        Assert.Equal("""{"items":[1,2]}""", body.GetProperty("data").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Failure_OfEachKind_HasItsStatus(ErrorKind kind, int status)
    {
        var (http, body) = await SendAsync(Answers.Failure(new ErrorCode(1, "X", kind).With("no", "name", "is bad")));

        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal(["code", "error", "message", "details", "requestId"], body.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""[{"field":"name","issue":"is bad"}]""", body.GetProperty("details").GetRawText());
        Assert.Equal(kind == ErrorKind.Unauthenticated ? "Bearer" : "", http.Response.Headers.WWWAuthenticate.ToString());
    }

    [Fact]
    public async Task Failure_WithRetryAfter_SaysWholeSeconds()
    {
        var (http, _) = await SendAsync(Answers.Failure(GeneralErrors.TooMany.With("slow down") with { RetryAfter = TimeSpan.FromSeconds(1.2) }));

        Assert.Equal("2", http.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Entity_KnownToTheClient_Is304WithoutBody()
    {
        var entity = Answers.Entity(new Thing(7, "x"));

        var (http, _) = await SendAsync(entity, $"\"other\", W/{entity.ETag}");

        Assert.Equal((304, entity.ETag, 0L), (http.Response.StatusCode, http.Response.Headers.ETag.ToString(), http.Response.Body.Length));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"other\"")]
    [InlineData("garbage")]
    public async Task Entity_NotKnownToTheClient_Is200WithItsETag(string? known)
    {
        var entity = Answers.Entity(new Thing(7, "x"));

        var (http, _) = await SendAsync(entity, known);

        Assert.Equal((200, entity.ETag), (http.Response.StatusCode, http.Response.Headers.ETag.ToString()));
        Assert.Matches("^\"[\\w-]{22}\"$", entity.ETag);
        Assert.NotEqual(entity.ETag, Answers.Entity(new Thing(8, "x")).ETag);
    }

    [Fact]
    public async Task EntityWhenChangedAsync_ChangedMeanwhile_AnswersTheNewOne()
    {
        var reads = 0;

        var (http, body) = await WaitAsync("?wait=60", _ => new Thing(++reads < 5 ? 1 : 2, "x"), Answers.Entity(new Thing(1, "x")).ETag);

        Assert.Equal((200, 2), (http.Response.StatusCode, body.GetProperty("data").GetProperty("id").GetInt32()));
        Assert.InRange(_time.Passed, TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task EntityWhenChangedAsync_NeverChanged_Is304AfterTheWait()
    {
        var (http, _) = await WaitAsync("?wait=30", _ => new Thing(1, "x"), Answers.Entity(new Thing(1, "x")).ETag);

        Assert.Equal((304, TimeSpan.FromSeconds(30)), (http.Response.StatusCode, _time.Passed));
    }

    [Fact]
    public async Task EntityWhenChangedAsync_TheServiceStops_IsAnsweredAtOnce()
    {
        _lifetime.StopApplication();

        var (http, _) = await WaitAsync("?wait=30", _ => new Thing(1, "x"), Answers.Entity(new Thing(1, "x")).ETag);

        Assert.Equal((304, TimeSpan.Zero), (http.Response.StatusCode, _time.Passed));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("?wait=0", true)]
    [InlineData("?wait=30", false)]
    public async Task EntityWhenChangedAsync_NothingToWaitFor_AnswersAtOnce(string query, bool known)
    {
        await WaitAsync(query, _ => new Thing(1, "x"), known ? Answers.Entity(new Thing(1, "x")).ETag : null);

        Assert.Equal(TimeSpan.Zero, _time.Passed);
    }

    [Theory]
    [InlineData("?wait=61", "wait")]
    [InlineData("?wait=-1", "wait")]
    [InlineData("?wait=1&wait=2", "wait")]
    [InlineData("?weight=3", "weight")]
    public async Task EntityWhenChangedAsync_WrongQuery_NamesTheParameter(string query, string parameter)
    {
        var (http, body) = await WaitAsync(query, _ => new Thing(1, "x"), null);

        Assert.Equal((400, parameter), (http.Response.StatusCode, body.GetProperty("details")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task EntityWhenChangedAsync_GoneMeanwhile_AnswersTheFailure()
    {
        var reads = 0;

        var (http, _) = await WaitAsync(
            "?wait=60", _ => ++reads < 3 ? new Thing(1, "x") : GeneralErrors.NotFound.With("gone"), Answers.Entity(new Thing(1, "x")).ETag);

        Assert.Equal(404, http.Response.StatusCode);
    }

    [Fact]
    public async Task EntityWhenChangedAsync_ClientHasGone_Stops()
    {
        using var gone = new CancellationTokenSource();
        var reads = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WaitAsync(
            "?wait=60",
            _ =>
            {
                if (++reads == 3) gone.Cancel();
                return new Thing(1, "x");
            },
            Answers.Entity(new Thing(1, "x")).ETag,
            gone.Token));
        Assert.Equal(3, reads);
    }

    public static TheoryData<ErrorKind, int> Kinds { get; } = new()
    {
        { ErrorKind.Invalid, 400 }, { ErrorKind.Unauthenticated, 401 }, { ErrorKind.Forbidden, 403 }, { ErrorKind.NotFound, 404 }, { ErrorKind.Conflict, 409 },
        { ErrorKind.Precondition, 412 }, { ErrorKind.TooLarge, 413 }, { ErrorKind.Unprocessable, 422 }, { ErrorKind.TooMany, 429 },
        { ErrorKind.Internal, 500 }, { ErrorKind.Unavailable, 503 },
    };

    private async Task<(HttpContext Http, JsonElement Body)> WaitAsync(
        string query, Func<CancellationToken, Result<Thing>> read, string? known, CancellationToken aborted = default)
    {
        var http = Context(known);
        http.RequestServices = new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .BuildServiceProvider();
        http.Request.QueryString = new QueryString(query);
        http.RequestAborted = aborted;
        var answer = await Answers.EntityWhenChangedAsync(http.Request, token => Task.FromResult(read(token)), CancellationToken.None);
        return await SendAsync(answer, http);
    }

    private static Task<(HttpContext Http, JsonElement Body)> SendAsync(IResult answer, string? known = null) => SendAsync(answer, Context(known));

    private static async Task<(HttpContext Http, JsonElement Body)> SendAsync(IResult answer, HttpContext http)
    {
        await answer.ExecuteAsync(http);
        var bytes = ((MemoryStream)http.Response.Body).ToArray();
        return (http, bytes.Length == 0 ? default : JsonElement.Parse(bytes));
    }

    private static DefaultHttpContext Context(string? known)
    {
        var http = new DefaultHttpContext { TraceIdentifier = "request-1" };
        http.Response.Body = new MemoryStream();
        if (known is not null) http.Request.Headers.IfNoneMatch = known;
        return http;
    }

    private sealed record Thing(int Id, string Name);
}
