using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using ProCode.Identity;
using ProCode.Json;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Credentials;

/// <summary>The credentials of each project: one partition with a row per credential, newest first, a row per name that is taken, and
/// the rows of <see cref="CredentialReferences"/>.</summary>
public sealed class CredentialStore(Tables tables, SecretProtector protector)
{
    private const string IdPrefix = "id-";
    private const string NamePrefix = "name-";

    /// <summary>
    /// Stores a credential; <paramref name="secret"/> is its token, password or file. The same id again is the same credential, without
    /// changing it; a name that another one has is <see cref="CredentialErrors.NameTaken"/>, in whatever case.
    /// </summary>
    public async Task<Result<Credential>> CreateAsync(Credential credential, string secret, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        var partition = Partition(credential.ProjectId);
        var row = ToRow(credential);
        TableEntityJson.Set(row, "Secret", await protector.ProtectAsync(secret, Purpose(credential.ProjectId, credential.Id), cancellation));
        var name = new TableEntity(partition, NameKey(credential.Name)) { ["CredentialId"] = credential.Id };

        var written = await table.TrySubmitAsync(
            [new(TableTransactionActionType.Add, row), new(TableTransactionActionType.Add, name)], cancellation);
        if (written) return credential;
        return await FindAsync(credential.ProjectId, credential.Id, cancellation) is { } earlier
            ? earlier
            : CredentialErrors.NameTaken.With($"A credential is called '{credential.Name}' already.", "name", "is taken");
    }

    /// <summary>A page of a project's credentials, newest first, of one kind or of all.</summary>
    public async Task<Result<Page<Credential>>> ListAsync(
        long projectId, CredentialKind? kind, int limit, string? continuation, CancellationToken cancellation)
    {
        // "id." is the first key behind all that start with "id-".
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition(projectId)} and RowKey ge {IdPrefix} and RowKey lt {"id."}");
        if (kind is { } wanted) filter += TableClient.CreateQueryFilter($" and Kind eq {EnumNames.NameOf(wanted)}");
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        return await table.ReadPageAsync(filter, limit, continuation, FromRow, cancellation);
    }

    /// <summary>The decrypted credential of the default project.</summary>
    public Task<Result<CredentialSecret>> GetSecretAsync(long id, CancellationToken cancellation) => GetSecretAsync(ProjectIds.Default, id, cancellation);

    /// <summary>The decrypted credential; one of another project is <see cref="CredentialErrors.NotFound"/>. Keep it no longer than it is needed.</summary>
    public async Task<Result<CredentialSecret>> GetSecretAsync(long projectId, long id, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        if (await table.FindAsync(Partition(projectId), IdKey(id), cancellation) is not { } row)
            return CredentialErrors.Missing(id);

        var secret = await protector.UnprotectAsync(TableEntityJson.Get<string>(row, "Secret") ?? "", Purpose(projectId, id), cancellation);
        return CredentialSecret.Of(FromRow(row), secret);
    }

    /// <summary>What everyone may know about the credential, or null.</summary>
    public async Task<Credential?> FindAsync(long projectId, long id, CancellationToken cancellation) =>
        (await FindRowAsync(projectId, id, cancellation))?.Value;

    /// <summary>
    /// Exchanges the secret, and the user name when one is given; id and name stay. Both are in one row, so a reader gets the old or the new,
    /// never a part of each.
    /// </summary>
    public async Task<Result<Credential>> RotateAsync(
        long projectId, long id, string secret, string? username, DateTimeOffset now, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        var sealedSecret = await protector.ProtectAsync(secret, Purpose(projectId, id), cancellation);
        while (await table.FindAsync(Partition(projectId), IdKey(id), cancellation) is { } row)
        {
            var before = FromRow(row);
            var rotated = before with { Username = username ?? before.Username, RotatedAt = now };
            var changed = ToRow(rotated);
            TableEntityJson.Set(changed, "Secret", sealedSecret);
            changed.ETag = row.ETag;
            if (await table.TryUpdateAsync(changed, cancellation)) return rotated;
        }

        return CredentialErrors.Missing(id);
    }

    /// <summary>The credential with its version, which also changes when something begins to refer to it.</summary>
    internal async Task<Stored<Credential>?> FindRowAsync(long projectId, long id, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        return await table.FindAsync(Partition(projectId), IdKey(id), cancellation) is { } row ? new Stored<Credential>(FromRow(row), row.ETag) : null;
    }

    /// <summary>Deletes the credential and frees its name; false when its row has changed since.</summary>
    internal async Task<bool> TryDeleteAsync(Stored<Credential> found, CancellationToken cancellation)
    {
        var credential = found.Value;
        var partition = Partition(credential.ProjectId);
        var table = await tables.GetAsync(TableNames.Credentials, cancellation);
        return await table.TrySubmitAsync(
            [
                new(TableTransactionActionType.Delete, new TableEntity(partition, IdKey(credential.Id)), found.ETag),
                new(TableTransactionActionType.Delete, new TableEntity(partition, NameKey(credential.Name)), Azure.ETag.All),
            ],
            cancellation);
    }

    private static TableEntity ToRow(Credential credential) => new(Partition(credential.ProjectId), IdKey(credential.Id))
    {
        ["Id"] = credential.Id,
        ["ProjectId"] = credential.ProjectId,
        ["Name"] = credential.Name,
        ["Kind"] = EnumNames.NameOf(credential.Kind),
        ["Username"] = credential.Username,
        ["Server"] = credential.Server,
        ["CreatedAt"] = credential.CreatedAt,
        ["RotatedAt"] = credential.RotatedAt,
    };

    private static Credential FromRow(TableEntity row) => new(
        row.GetInt64("Id")!.Value, row.GetInt64("ProjectId")!.Value, row.GetString("Name")!, EnumNames.Parse<CredentialKind>(row.GetString("Kind")),
        row.GetString("Username"), row.GetString("Server"), row.GetDateTimeOffset("CreatedAt")!.Value)
    {
        RotatedAt = row.GetDateTimeOffset("RotatedAt"),
    };

    internal static string Partition(long projectId) => string.Create(CultureInfo.InvariantCulture, $"project-{projectId}");

    internal static string IdKey(long id) => IdPrefix + InvertedId.Of(id);

    // Hashed: names may have characters that a key can't.
    private static string NameKey(string name) => NamePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant())));

    private static string Purpose(long projectId, long id) => string.Create(CultureInfo.InvariantCulture, $"credential/{projectId}/{id}");
}
