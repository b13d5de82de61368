using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Functions.Tests.Deployments;

/// <summary>The key that a deployment's secret was encrypted with is taken away, and comes back.</summary>
[Collection(typeof(VictimCollection))]
public sealed class CallbackWithoutKeyTests(Victim victim)
{
    [Fact]
    public async Task Callback_WhileTheKeyIsGone_IsToBeSentAgain()
    {
        var release = await victim.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["main.py"] = "import time\ntime.sleep(60)" });
        var accepted = await victim.Stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");
        await foreach (var pipeline in victim.Stack.Client.WatchPipelineAsync(accepted.PipelineId))
        {
            if (pipeline.DeployId is not { } deployId || pipeline.IsSettled) continue;
            var keys = await File.ReadAllTextAsync(victim.Stack.KeyFile);
            await File.WriteAllTextAsync(victim.Stack.KeyFile, $"another {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");
            var without = await SendAsync(deployId);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "ERR_503_001"), (without.Status, without.Error));
            Assert.NotNull(without.Headers.RetryAfter);

            await File.WriteAllTextAsync(victim.Stack.KeyFile, keys);
            var with = await SendAsync(deployId);
            Assert.Equal((HttpStatusCode.Unauthorized, "WEBHOOK_SIGNATURE_INVALID"), (with.Status, with.Error));
            break;
        }

        Assert.Equal("FAILED", (await victim.Stack.Client.WaitForEndAsync(accepted.PipelineId)).Status);
    }

    private async Task<Dev.Api.ApiAnswer> SendAsync(string deployId)
    {
        var body = new StringContent($$"""{"deployId":"{{deployId}}","status":"SUCCESS"}""", Encoding.UTF8, "application/json");
        return await victim.Stack.Client.SendAsync(HttpMethod.Post, "deploy/callback", body, request =>
        {
            request.Headers.Add("webhook-id", "msg_1");
            request.Headers.Add("webhook-timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", "v1,AAAA");
        });
    }
}
