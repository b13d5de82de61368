using System.Net;
using System.Text;

namespace ProCode.Functions.Tests.Deployments;

public sealed class DeployCallbackTests(SharedStack stack)
{
    [Theory]
    [InlineData("""{"deployId":"deploy-999999-1-1-1","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":"deploy-1","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":"\ud800","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":7}""")]
    [InlineData("""[]""")]
    [InlineData("""{"deployId":""")]
    [InlineData("")]
    public async Task Callback_NamingNoDeployment_Is404(string body)
    {
        var answer = await SendAsync(body);
        Assert.Equal((HttpStatusCode.NotFound, 4305, "DEPLOYMENT_NOT_FOUND"), (answer.Status, answer.Code, answer.Error));
    }

    [Fact]
    public async Task Callback_UnsignedOrWronglySigned_Is401AndChangesNothing()
    {
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["main.py"] = "raise SystemExit" });
        var pipeline = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        var body = $$"""{"deployId":"{{pipeline.DeployId}}","status":"SUCCESS"}""";

        var unsigned = await SendAsync(body);
        var wrong = await SendAsync(body, request =>
        {
            request.Headers.Add("webhook-id", "delivery-1");
            request.Headers.Add("webhook-timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        });

        Assert.Equal((HttpStatusCode.Unauthorized, 40102), (unsigned.Status, unsigned.Code));
        Assert.Equal((HttpStatusCode.Unauthorized, 40102), (wrong.Status, wrong.Code));
        Assert.Equal("DEPLOY_FAILED", (await stack.Client.GetPipelineAsync(pipeline.Id)).DeployStatus);
    }

    private Task<Dev.Api.ApiAnswer> SendAsync(string body, Action<HttpRequestMessage>? shape = null) =>
        stack.ClientWith(null).SendAsync(HttpMethod.Post, "deploy/callback", new StringContent(body, Encoding.UTF8, "application/json"), shape);
}
