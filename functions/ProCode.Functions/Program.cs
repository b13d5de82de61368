using Microsoft.Azure.Functions.Worker.Builder;
using ProCode.Credentials;
using ProCode.Functions;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Storage;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseHttpEdge();

builder.Services.AddStorage();
builder.Services.AddIdentity();
builder.Services.AddIdempotency();
builder.Services.AddCredentials();

return await Startup.RunAsync(builder.Build());
