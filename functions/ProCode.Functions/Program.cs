using Microsoft.Azure.Functions.Worker.Builder;
using ProCode;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deliveries;
using ProCode.Deployments;
using ProCode.Functions;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Images;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Outbound;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Scaffolds;
using ProCode.Storage;
using ProCode.Subscriptions;

return await Startup.RunAsync(args, builder =>
{
    builder.ConfigureFunctionsWebApplication();
    builder.UseHttpEdge();

    builder.Services.AddService();
    builder.Services.AddStorage();
    builder.Services.AddIdentity();
    builder.Services.AddIdempotency();
    builder.Services.AddCredentials();
    builder.Services.AddOutbound();
    builder.Services.AddRepos();
    builder.Services.AddScaffolds();
    builder.Services.AddApps();
    builder.Services.AddIterations();
    builder.Services.AddPipelines();
    builder.Services.AddImages(builder.Configuration);
    builder.Services.AddDeliveries();
    builder.Services.AddSubscriptions();
    builder.Services.AddDeployments();
    builder.Services.AddDeploymentTargets(builder.Configuration);
    builder.Services.AddOrchestrations();
});
