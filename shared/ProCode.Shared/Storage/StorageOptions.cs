using Microsoft.Extensions.Options;

namespace ProCode.Storage;

/// <summary>Settings under <c>Storage</c>: a connection string, or two endpoints that the app's managed identity may use.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Account name, key and addresses; empty when the endpoints are given.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>For example https://account.table.core.windows.net.</summary>
    public Uri? TableEndpoint { get; set; }

    /// <summary>For example https://account.blob.core.windows.net.</summary>
    public Uri? BlobEndpoint { get; set; }

    internal sealed class Validator : IValidateOptions<StorageOptions>
    {
        public ValidateOptionsResult Validate(string? name, StorageOptions options)
        {
            var hasConnectionString = !string.IsNullOrWhiteSpace(options.ConnectionString);
            var endpoints = (options.TableEndpoint is null ? 0 : 1) + (options.BlobEndpoint is null ? 0 : 1);
            var problems = new List<string>();
            if (!hasConnectionString && endpoints == 0)
                problems.Add("Storage:ConnectionString is missing (or Storage:TableEndpoint and Storage:BlobEndpoint, for a managed identity).");
            if (hasConnectionString && endpoints > 0)
                problems.Add("Storage:ConnectionString and Storage:TableEndpoint/Storage:BlobEndpoint exclude each other.");
            if (endpoints == 1)
                problems.Add("Storage:TableEndpoint and Storage:BlobEndpoint belong together; one is missing.");
            CheckEndpoint("Storage:TableEndpoint", options.TableEndpoint, problems);
            CheckEndpoint("Storage:BlobEndpoint", options.BlobEndpoint, problems);
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }

        // Tokens of the managed identity must not travel in clear.
        private static void CheckEndpoint(string key, Uri? endpoint, List<string> problems)
        {
            if (endpoint is not null && (!endpoint.IsAbsoluteUri || endpoint.Scheme != Uri.UriSchemeHttps)) problems.Add($"{key} must be an https address.");
        }
    }
}
