using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;
using ProCode.Json;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>
/// The documents of low-code apps: a row per version, newest first, in the app's partition. A row may have 1 MiB in all, and texts are
/// stored there in UTF-16; so the document is kept as UTF-8 bytes, in parts of at most 64 KiB, and half a MiB of it fits into one row. Saving is then
/// one transaction, and there is nothing to clear away after a death.
/// </summary>
public sealed class LowCodeConfigStore(Tables tables, AppPartition rows, TimeProvider time)
{
    private const int PartLength = 64 * 1024;
    private const string Version = "Version";
    private const string SavedAt = "SavedAt";
    private const string Length = "Length";
    private const string Part = "Content";

    // Characters beyond ASCII stay as they are: escaped, they would be up to three times as long. Nobody reads these bytes as HTML.
    private static readonly JsonSerializerOptions Compact = new(ProCodeJson.Stored) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The app's current document, or an earlier version of it.</summary>
    public async Task<Result<LowCodeConfig>> GetAsync(long appId, int? version, CancellationToken cancellation)
    {
        var appRead = rows.FindAsync<App>(appId, AppRows.App, cancellation);
        var row = version is { } wanted ? await FindAsync(appId, wanted, cancellation) : await NewestAsync(appId, cancellation);
        if (await appRead is not { } app) return AppErrors.NotFound(appId);
        if (AppErrors.RefusalOf(app.Value, DevMode.LowCode) is { } refusal) return refusal;
        if (row is not null) return Read(row);
        return version is null or 0
            ? LowCodeConfig.Empty
            : GeneralErrors.NotFound.With($"App {appId} has no version {version} of its configuration, or not any more: the last {LowCodeConfig.KeptVersions} are kept.");
    }

    /// <summary>
    /// Saves the document as the next version; the same document again is no new version. <paramref name="refuse"/> may have something
    /// against replacing the current version; it is asked about exactly the one that is replaced.
    /// </summary>
    public async Task<Result<LowCodeConfig>> SaveAsync(
        long appId, LowCodeDocument document, Func<LowCodeConfig, Error?> refuse, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(document, Compact);
        if (content.Length > LowCodeDocument.MaxLength)
            return GeneralErrors.TooLarge.With($"The document has {content.Length} bytes; {LowCodeDocument.MaxLength} are the most.");

        while (true)
        {
            var appRead = rows.FindAsync<App>(appId, AppRows.App, cancellation);
            var newest = await NewestAsync(appId, cancellation);
            if (await appRead is not { } app) return AppErrors.NotFound(appId);
            if ((AppErrors.RefusalOf(app.Value, DevMode.LowCode) ?? AppErrors.RefusalOf(app.Value)) is { } no) return no;
            var current = newest is null ? LowCodeConfig.Empty : Read(newest);
            if (refuse(current) is { } refusal) return refusal;
            if (newest is not null && ContentOf(newest).AsSpan().SequenceEqual(content)) return current;

            // Who writes the version's row first has made it; the other reads again.
            var next = new LowCodeConfig(current.Version + 1, document, time.GetUtcNow());
            List<TableTransactionAction> changes = [new(TableTransactionActionType.Add, Row(appId, next, content))];
            if (await FindOutdatedAsync(appId, next.Version, cancellation) is { } outdated) changes.Add(new(TableTransactionActionType.Delete, outdated, outdated.ETag));
            if (await rows.CommitAsync(appId, changes, cancellation) is not null) return next;
        }
    }

    private async Task<TableEntity?> NewestAsync(long appId, CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {AppRows.LowCodePrefix} and RowKey lt {AppRows.LowCodePrefix + "~"}");
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellation)) return row;
        return null;
    }

    private async Task<TableEntity?> FindAsync(long appId, int version, CancellationToken cancellation) =>
        await (await tables.GetAsync(TableNames.Apps, cancellation)).FindAsync(AppRows.Partition(appId), AppRows.LowCode(version), cancellation);

    private async Task<TableEntity?> FindOutdatedAsync(long appId, int newVersion, CancellationToken cancellation) =>
        newVersion > LowCodeConfig.KeptVersions ? await FindAsync(appId, newVersion - LowCodeConfig.KeptVersions, cancellation) : null;

    private static TableEntity Row(long appId, LowCodeConfig config, byte[] content)
    {
        var row = new TableEntity(AppRows.Partition(appId), AppRows.LowCode(config.Version))
        {
            [Version] = config.Version,
            [SavedAt] = config.SavedAt!.Value,
            [Length] = content.Length,
        };
        foreach (var (number, part) in content.Chunk(PartLength).Index()) row[PartName(number)] = part;
        return row;
    }

    private static LowCodeConfig Read(TableEntity row) => new(
        row.GetInt32(Version)!.Value, JsonSerializer.Deserialize<LowCodeDocument>(ContentOf(row), Compact)!, row.GetDateTimeOffset(SavedAt));

    private static byte[] ContentOf(TableEntity row)
    {
        var content = new byte[row.GetInt32(Length)!.Value];
        for (var (number, position) = (0, 0); position < content.Length; number++)
        {
            var part = row.GetBinary(PartName(number))!;
            part.CopyTo(content, position);
            position += part.Length;
        }

        return content;
    }

    private static string PartName(int number) => Part + number.ToString(CultureInfo.InvariantCulture);
}
