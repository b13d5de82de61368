using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ProCode.Contract.Tests.Registry;

/// <summary>One request of Azure's own protocol, answered from what the registry has and from what Azure keeps beside it.</summary>
/// <param name="target">Path and query, escaped as they were sent.</param>
internal sealed class AzureProperties(HttpContext context, string target, DockerRegistry registry, HttpClient behind, AzureRecords records)
{
    private static readonly string[] Attributes = ["deleteEnabled", "writeEnabled", "listEnabled", "readEnabled"];

    private readonly string method = context.Request.Method;

    public async Task AnswerAsync(string path)
    {
        string[] parts = [.. path.Split('/').Select(Uri.UnescapeDataString)];
        if (context.Request.Query["api-version"] != "2021-07-01")
        {
            await AzureFront.RefuseAsync(context, StatusCodes.Status400BadRequest, "UNSUPPORTED");
            return;
        }

        if (parts is ["_catalog"])
        {
            await CatalogAsync();
            return;
        }

        if (await TagsAsync(parts[0]) is not { } tags)
        {
            await MissingAsync("NAME_UNKNOWN");
            return;
        }

        await ((parts, method) switch
        {
            ([var name], "GET") => AnswerAsync(await RepositoryAsync(name, tags)),
            ([var name], "PATCH") => ChangeAsync(name, "", async () => await RepositoryAsync(name, tags)),
            ([var name], "DELETE") => RemoveAsync(() => registry.RemoveRepository(name)),
            ([var name, "_manifests"], "GET") => ManifestsAsync(name, tags),
            ([var name, "_manifests", var digest], "GET" or "PATCH") => OneManifestAsync(name, digest, tags),
            ([var name, "_tags"], "GET") => TagsAsync(name, tags),
            ([_, "_tags", var tag], _) when !tags.ContainsKey(tag) => MissingAsync("TAG_UNKNOWN"),
            ([var name, "_tags", var tag], "GET") => AnswerAsync(Named(name, "tag", Tag(name, tag, tags[tag]))),
            ([var name, "_tags", var tag], "PATCH") => ChangeAsync(name, tag, () => Task.FromResult(Named(name, "tag", Tag(name, tag, tags[tag])))),
            ([var name, "_tags", var tag], "DELETE") => RemoveAsync(() => registry.RemoveTag(name, tag)),
            _ => MissingAsync("UNSUPPORTED"),
        });
    }

    private Task MissingAsync(string code) => AzureFront.RefuseAsync(context, StatusCodes.Status404NotFound, code);

    private Task AnswerAsync(JsonNode body) => context.Response.WriteAsJsonAsync(body);

    private Task RemoveAsync(Action remove)
    {
        remove();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private async Task ChangeAsync(string name, string reference, Func<Task<JsonObject>> answer)
    {
        records.Allow(name, reference, (await JsonNode.ParseAsync(context.Request.Body))!.AsObject());
        await AnswerAsync(await answer());
    }

    // The registry's own list, page by page.
    private async Task CatalogAsync()
    {
        using var answer = await behind.GetAsync(new Uri($"/v2/_catalog{context.Request.QueryString}", UriKind.Relative));
        context.Response.StatusCode = (int)answer.StatusCode;
        if (answer.Headers.TryGetValues("Link", out var links))
            context.Response.Headers.Link = links.Single().Replace("</v2/_catalog?", "</acr/v1/_catalog?api-version=2021-07-01&", StringComparison.Ordinal);
        await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }

    private async Task OneManifestAsync(string name, string digest, IReadOnlyDictionary<string, string> tags)
    {
        if (await ManifestAsync(name, digest, tags) is not { } manifest)
            await MissingAsync("MANIFEST_UNKNOWN");
        else if (method == "GET")
            await AnswerAsync(Named(name, "manifest", manifest));
        else
            await ChangeAsync(name, digest, async () => Named(name, "manifest", (await ManifestAsync(name, digest, tags))!));
    }

    private async Task ManifestsAsync(string name, IReadOnlyDictionary<string, string> tags)
    {
        var all = new List<JsonObject>();
        foreach (var digest in records.DigestsOf(name))
        {
            if (await ManifestAsync(name, digest, tags) is { } manifest)
                all.Add(manifest);
        }

        await AnswerAsync(Named(name, "manifests", Paged(all, "digest")));
    }

    private Task TagsAsync(string name, IReadOnlyDictionary<string, string> tags)
    {
        var wanted = context.Request.Query["digest"].ToString();
        var all = tags.Where(tag => wanted.Length == 0 || tag.Value == wanted).OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => Tag(name, tag.Key, tag.Value));
        return AnswerAsync(Named(name, "tags", Paged([.. all], "name")));
    }

    // In the order that is asked for, after the one that the last page ended with; the Link header leads to the next.
    private JsonArray Paged(List<JsonObject> all, string key)
    {
        var ordered = context.Request.Query["orderby"].ToString() switch
        {
            "timedesc" => all.OrderByDescending(Changed),
            "timeasc" => all.OrderBy(Changed),
            _ => all.OrderBy(item => item[key]!.GetValue<string>(), StringComparer.Ordinal),
        };
        var last = context.Request.Query["last"].ToString();
        List<JsonObject> rest = [.. last.Length == 0 ? ordered : ordered.SkipWhile(item => item[key]!.GetValue<string>() != last).Skip(1)];
        var size = int.TryParse(context.Request.Query["n"], CultureInfo.InvariantCulture, out var asked) ? asked : 100;
        if (rest.Count > size)
        {
            var query = context.Request.Query.Where(pair => pair.Key != "last").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value.ToString())}")
                .Append($"last={Uri.EscapeDataString(rest[size - 1][key]!.GetValue<string>())}");
            context.Response.Headers.Link = $"<{target.Split('?')[0]}?{string.Join('&', query)}>; rel=\"next\"";
        }

        return new JsonArray([.. rest.Take(size)]);
    }

    private static DateTimeOffset Changed(JsonObject item) => item["lastUpdateTime"]!.GetValue<DateTimeOffset>();

    private async Task<JsonObject> RepositoryAsync(string name, IReadOnlyDictionary<string, string> tags)
    {
        var manifests = 0;
        foreach (var digest in records.DigestsOf(name))
            manifests += await ManifestAsync(name, digest, tags) is null ? 0 : 1;
        var repository = Described(records.Of(name, ""));
        (repository["registry"], repository["imageName"]) = (context.Request.Host.Value, name);
        (repository["manifestCount"], repository["tagCount"]) = (manifests, tags.Count);
        return repository;
    }

    private async Task<JsonObject?> ManifestAsync(string name, string digest, IReadOnlyDictionary<string, string> tags)
    {
        using var answer = await AskForManifestAsync(HttpMethod.Get, name, digest);
        if (!answer.IsSuccessStatusCode)
            return null;
        var content = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var parts = (content["layers"]?.AsArray() ?? []).Append(content["config"]).OfType<JsonObject>();
        var image = JsonNode.Parse(await behind.GetStringAsync(new Uri($"/v2/{name}/blobs/{content["config"]!["digest"]}", UriKind.Relative)))!;
        var manifest = Described(records.Of(name, digest));
        (manifest["digest"], manifest["imageSize"]) = (digest, parts.Sum(part => part["size"]!.GetValue<long>()));
        (manifest["architecture"], manifest["os"]) = (image["architecture"]?.DeepClone(), image["os"]?.DeepClone());
        manifest["tags"] = new JsonArray([.. tags.Where(tag => tag.Value == digest).Select(tag => JsonValue.Create(tag.Key))]);
        return manifest;
    }

    private JsonObject Tag(string name, string tag, string digest)
    {
        var described = Described(records.Of(name, tag));
        (described["name"], described["digest"]) = (tag, digest);
        return described;
    }

    private static JsonObject Described(AzureRecord record) => new()
    {
        ["createdTime"] = record.Created,
        ["lastUpdateTime"] = record.Updated,
        ["changeableAttributes"] = new JsonObject(Attributes.Select(name => KeyValuePair.Create(name, (JsonNode?)record.Attributes.GetValueOrDefault(name, true)))),
    };

    private JsonObject Named(string name, string what, JsonNode value) => new() { ["registry"] = context.Request.Host.Value, ["imageName"] = name, [what] = value };

    // The registry's tags with the manifests that they stand for; null when it has no such repository.
    private async Task<IReadOnlyDictionary<string, string>?> TagsAsync(string name)
    {
        using var answer = await behind.GetAsync(new Uri($"/v2/{name}/tags/list", UriKind.Relative));
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!answer.IsSuccessStatusCode)
            return await HasManifestsAsync(name) ? tags : null;
        foreach (var tag in JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tags"] as JsonArray ?? [])
        {
            using var manifest = await AskForManifestAsync(HttpMethod.Head, name, tag!.GetValue<string>());
            if (manifest.IsSuccessStatusCode)
                tags[tag.GetValue<string>()] = manifest.Headers.GetValues("Docker-Content-Digest").Single();
        }

        return tags;
    }

    // To this registry a repository that never had a tag is none.
    private async Task<bool> HasManifestsAsync(string name)
    {
        foreach (var digest in records.DigestsOf(name))
        {
            using var manifest = await AskForManifestAsync(HttpMethod.Head, name, digest);
            if (manifest.IsSuccessStatusCode)
                return true;
        }

        return false;
    }

    private async Task<HttpResponseMessage> AskForManifestAsync(HttpMethod how, string name, string reference)
    {
        using var request = new HttpRequestMessage(how, $"/v2/{name}/manifests/{reference}");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json");
        return await behind.SendAsync(request);
    }
}
