using Microsoft.Extensions.Options;

namespace ProCode;

/// <summary>Settings of the service as a whole.</summary>
public sealed class ServiceOptions
{
    /// <summary>Where the world reaches this service, for webhooks, callbacks and links: <c>https://procode.example.com</c>.</summary>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>The public address of a path of ours.</summary>
    public Uri Link(string path) => new($"{PublicBaseUrl!.AbsoluteUri.TrimEnd('/')}/{path}");

    internal sealed class Validator : IValidateOptions<ServiceOptions>
    {
        public ValidateOptionsResult Validate(string? name, ServiceOptions options) =>
            options.PublicBaseUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("PublicBaseUrl must be the http(s) address at which this service is reached from outside.");
    }
}
