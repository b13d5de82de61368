using System.Globalization;
using System.Net;
using System.Text;

namespace ProCode.Functions.Tests.Deployments;

/// <summary>Callbacks that nobody may send. Those that are in order come from the process target in every release of these tests.</summary>
public sealed class DeployCallbackTests(SharedStack stack)
{
    [Theory]
    [InlineData("""{"deployId":"deploy-999999-1-1-1","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":"../../etc/passwd","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":7}""")]
    [InlineData("""{"deployId":"\ud800","status":"SUCCESS"}""")]
    [InlineData("""{"deployId":""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Callback_ForNoDeployment_Is404(string body)
    {
        var answer = await SendAsync(body, "v1,AAAA");
        Assert.Equal((HttpStatusCode.NotFound, "DEPLOYMENT_NOT_FOUND"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Callback_UnsignedOrSignedWrongly_Is401AndChangesNothing()
    {
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["main.py"] = "import time\ntime.sleep(60)" });
        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");
        await foreach (var pipeline in stack.Client.WatchPipelineAsync(accepted.PipelineId))
        {
            if (pipeline.DeployId is not { } deployId || pipeline.IsSettled) continue;
            var body = $$"""{"deployId":"{{deployId}}","status":"SUCCESS","message":"forged"}""";
            foreach (var signature in (string?[])[null, "v1,AAAA", "v1," + Convert.ToBase64String(new byte[32]), "v2,AAAA", ""])
            {
                var answer = await SendAsync(body, signature);
                Assert.Equal((HttpStatusCode.Unauthorized, "WEBHOOK_SIGNATURE_INVALID"), (answer.Status, answer.Error));
            }

            break;
        }

        var ended = await stack.Client.WaitForEndAsync(accepted.PipelineId);
        Assert.Equal(("FAILED", "DEPLOY_FAILED"), (ended.Status, ended.DeployStatus));
    }

    private async Task<Dev.Api.ApiAnswer> SendAsync(string body, string? signature)
    {
        using var anonymous = stack.ClientWith(null);
        return await anonymous.SendAsync(HttpMethod.Post, "deploy/callback", new StringContent(body, Encoding.UTF8, "application/json"), request =>
        {
            if (signature is null) return;
            request.Headers.Add("webhook-id", "msg_1");
            request.Headers.Add("webhook-timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        });
    }
}
