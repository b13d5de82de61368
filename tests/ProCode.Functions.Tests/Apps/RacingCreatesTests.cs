using System.Net;
using Azure.Data.Tables;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

/// <summary>Many want the same name at the same moment. What is left of the losers is looked for in the storage itself, while no other test runs
/// that would leave something there.</summary>
[CollectionDefinition(DisableParallelization = true)]
[Collection(typeof(RacingCreatesTests))]
public sealed class RacingCreatesTests(SharedStack stack)
{
    [Fact]
    public async Task CreateApp_OneNameFiftyTimesAtOnce_OneWinsAndNothingOfTheOthersIsLeft()
    {
        var name = TestStack.NewName("race");
        var before = await RowsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => stack.Client.SendAsync(
            HttpMethod.Post, "apps", new { name = i % 2 == 0 ? name : name.ToUpperInvariant(), devMode = "low-code" })));

        var id = AssertOneWon(answers);
        Assert.Equal(Order($"apps app-{id}/app", $"apps app-{id}/name"), await NewRowsAsync(before, name, id));
    }

    [Fact]
    public async Task CreateApp_OneNameEightTimesAtOnceWithRepositories_OneWinsAndNothingOfTheOthersIsLeft()
    {
        var name = TestStack.NewName("race");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, stack.Stack.GitPassword);
        var before = await RowsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stack.Client.SendAsync(
            HttpMethod.Post, "apps", new { name, devMode = "pro-code", techStack = "python", gitRepoUrl = stack.Git.UrlOf(name), credentialId = credential.Id })));

        var id = AssertOneWon(answers);
        var left = await NewRowsAsync(before, name, id);
        Assert.Equal(Order($"apps app-{id}/app", $"apps app-{id}/name", $"apps app-{id}/repo", $"apps app-{id}/setup"), left.Where(row => row.StartsWith("apps ", StringComparison.Ordinal)));
        Assert.Single(left, row => row.StartsWith("owners Repo-", StringComparison.Ordinal));

        // The credential knows of the winner alone.
        var reference = $"-{InvertedId.Of(id)}";
        Assert.EndsWith(reference, Assert.Single(left, row => row.Contains("/ref-", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static long AssertOneWon(IReadOnlyList<ApiAnswer> answers)
    {
        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal((HttpStatusCode.Conflict, 1002, "APP_NAME_TAKEN"), (answer.Status, answer.Code, answer.Error)));
        return won.Data.GetProperty("id").GetInt64();
    }

    // Rows that came since. Pipelines of tests before may still go on: they add to apps that were there.
    private async Task<IReadOnlyList<string>> NewRowsAsync(HashSet<string> before, string name, long winner)
    {
        var tables = new TableServiceClient(stack.Stack.Stack.Azurite.ConnectionString);
        var lines = new List<TableEntity>();
        await foreach (var line in tables.GetTableClient(TableNames.Listings).QueryAsync<TableEntity>(row => row.GetString("NameLower") == name)) lines.Add(line);
        Assert.Equal(InvertedId.Of(winner), Assert.Single(lines).RowKey);

        var added = (await RowsAsync()).Except(before).ToList();
        Assert.Single(added, row => row.StartsWith($"{TableNames.Listings} project-1-app-names/", StringComparison.Ordinal));
        Assert.Single(added, row => row.StartsWith($"{TableNames.Listings} project-1-apps/", StringComparison.Ordinal));
        string[] derived = [TableNames.Listings, TableNames.Counters, TableNames.Doorbells, TableNames.Idempotency];
        var partitions = before.Select(row => row.Split('/')[0]).Where(row => row.StartsWith($"{TableNames.Apps} ", StringComparison.Ordinal)).ToHashSet();
        return Order([.. added.Where(row => !derived.Contains(row.Split(' ')[0]) && !partitions.Contains(row.Split('/')[0]))]);
    }

    private async Task<HashSet<string>> RowsAsync()
    {
        var tables = new TableServiceClient(stack.Stack.Stack.Azurite.ConnectionString);
        var keys = new HashSet<string>();
        foreach (var name in TableNames.All)
        {
            await foreach (var row in tables.GetTableClient(name).QueryAsync<TableEntity>(filter: (string?)null, select: ["PartitionKey", "RowKey"]))
                keys.Add($"{name} {row.PartitionKey}/{row.RowKey}");
        }

        return keys;
    }

    private static IReadOnlyList<string> Order(params IEnumerable<string> rows) => [.. rows.Order(StringComparer.Ordinal)];
}
