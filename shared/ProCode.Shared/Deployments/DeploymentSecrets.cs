using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>Puts the secrets in that a deployment's variables refer to. What comes out is for the target alone: it is stored and logged nowhere.</summary>
public sealed class DeploymentSecrets(AppStore apps, CredentialStore credentials)
{
    /// <summary>The deployment's configuration with its secrets; <see cref="DeploymentErrors.EnvironmentUnusable"/> when one can't be had any more.</summary>
    public async Task<Result<DeploymentConfig>> ResolveAsync(Deployment deployment, CancellationToken cancellation)
    {
        if (deployment.SecretEnv.Count == 0) return deployment.Config;
        var app = await apps.FindAsync(deployment.AppId, cancellation) ?? throw new InvalidOperationException($"App {deployment.AppId} is gone.");
        var env = new Dictionary<string, string>(deployment.Config.Env);
        foreach (var (name, id) in deployment.SecretEnv)
        {
            if (!(await credentials.GetSecretAsync(app.Value.ProjectId, id, cancellation)).TryGet(out var secret, out _))
                return Unusable("is not there any more");
            if (secret is not CredentialSecret.Token token) return Unusable("is not of kind token");
            if (token.Server is { } server) return Unusable($"is for {server} only");
            env[name] = token.Value;

            Error Unusable(string problem) =>
                DeploymentErrors.EnvironmentUnusable.With($"The variable {name} refers to credential {id}, which {problem}; correct the environment '{deployment.Environment}'.");
        }

        return deployment.Config with { Env = env };
    }
}
