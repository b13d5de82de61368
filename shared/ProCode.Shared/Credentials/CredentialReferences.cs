using System.Globalization;
using Azure;
using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Credentials;

/// <summary>A reference that is being written: settle it when it is, or isn't any more.</summary>
public sealed record CredentialHold(long ProjectId, long CredentialId, long AppId, ETag ETag);

/// <summary>An app that may refer to a credential; only its rows tell whether it does. <paramref name="HeldUntil"/> is set while it may be
/// about to.</summary>
internal sealed record CredentialReference(long AppId, DateTimeOffset? HeldUntil, TableEntity Row);

/// <summary>
/// Which apps may refer to a credential: a row per credential and app, in the credential's partition, so that nobody has to look through all
/// apps before one is deleted. Whoever refers to a credential holds it before: in one transaction the reference's row is written and the
/// credential's touched, so that a deletion which has not seen the reference fails. References are not removed when they end: a row without
/// a referrer is cleared by the deletion that finds it. A death leaves at worst a hold, which counts for two minutes.
/// </summary>
public sealed class CredentialReferences(Tables tables, TimeProvider time)
{
    private const string Prefix = "ref-";

    // Longer than any write may take, with its retries.
    private static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(2);

    /// <summary>Says that the app is about to refer to the credential; null when there is no such credential.</summary>
    public async Task<CredentialHold?> HoldAsync(long projectId, long credentialId, long appId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var partition = CredentialStore.Partition(projectId);
        var touch = new TableEntity(partition, CredentialStore.IdKey(credentialId)) { ["HeldAt"] = now };
        var reference = new TableEntity(partition, Key(credentialId, appId)) { ["AppId"] = appId, ["HeldUntil"] = now + HoldTime };
        try
        {
            var table = await tables.GetAsync(TableNames.Credentials, cancellation);
            var written = await table.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpdateMerge, touch, ETag.All),
                    new(TableTransactionActionType.UpsertReplace, reference),
                ],
                cancellation);
            return new CredentialHold(projectId, credentialId, appId, written.Value[1].Headers.ETag ?? default);
        }
        catch (TableTransactionFailedException gone) when (gone.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Says that the app's rows tell the truth again; another hold that began meanwhile stays.</summary>
    public async Task SettleAsync(CredentialHold hold, CancellationToken cancellation)
    {
        var reference = new TableEntity(CredentialStore.Partition(hold.ProjectId), Key(hold.CredentialId, hold.AppId)) { ["AppId"] = hold.AppId, ETag = hold.ETag };
        await (await tables.GetAsync(TableNames.Credentials, cancellation)).TryUpdateAsync(reference, cancellation);
    }

    /// <summary>Takes back the hold of an app that was not made.</summary>
    public async Task DropAsync(CredentialHold hold, CancellationToken cancellation)
    {
        var reference = new TableEntity(CredentialStore.Partition(hold.ProjectId), Key(hold.CredentialId, hold.AppId)) { ETag = hold.ETag };
        await RemoveAsync(reference, cancellation);
    }

    /// <summary>The apps that may refer to the credential.</summary>
    internal async Task<IReadOnlyList<CredentialReference>> OfAsync(long projectId, long credentialId, CancellationToken cancellation)
    {
        var prefix = Key(credentialId, null);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {CredentialStore.Partition(projectId)} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        var found = new List<CredentialReference>();
        var now = time.GetUtcNow();
        await foreach (var row in (await tables.GetAsync(TableNames.Credentials, cancellation)).QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            var until = row.GetDateTimeOffset("HeldUntil");
            found.Add(new CredentialReference(row.GetInt64("AppId")!.Value, until > now ? until : null, row));
        }

        return found;
    }

    /// <summary>Removes a reference that refers no more, unless it was renewed meanwhile.</summary>
    internal async Task RemoveAsync(TableEntity row, CancellationToken cancellation) =>
        await (await tables.GetAsync(TableNames.Credentials, cancellation)).TryDeleteAsync(row, cancellation);

    private static string Key(long credentialId, long? appId) =>
        $"{Prefix}{InvertedId.Of(credentialId)}-{(appId is { } id ? InvertedId.Of(id) : "")}".ToString(CultureInfo.InvariantCulture);
}
