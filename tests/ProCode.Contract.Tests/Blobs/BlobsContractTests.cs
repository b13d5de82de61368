using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ProCode.Contract.Tests.Tables;
using ProCode.Testing.Storage;

namespace ProCode.Contract.Tests.Blobs;

/// <summary>What ProCode relies on in Azure.Storage.Blobs, the real package in both runtimes, on the real emulator.</summary>
public sealed class BlobsContractTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Upload_ThenDownload_IsTheSameContent()
    {
        var container = await NewContainerAsync();
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        var uploaded = await container.GetBlobClient("a folder/ü.bin").UploadAsync(BinaryData.FromBytes(content));
        var downloaded = await container.GetBlobClient("a folder/ü.bin").DownloadContentAsync();
        Assert.Equal(content, downloaded.Value.Content.ToArray());
        Assert.Equal(uploaded.Value.ETag, downloaded.Value.Details.ETag);
    }

    [Fact]
    public async Task Upload_InBlocks_IsTheSameContent()
    {
        var container = await NewContainerAsync();
        var content = new byte[5 * 1024 * 1024];
        new Random(2).NextBytes(content);
        var options = new BlobUploadOptions { TransferOptions = new() { InitialTransferSize = 1024 * 1024, MaximumTransferSize = 1024 * 1024 } };
        await container.GetBlobClient("blocks").UploadAsync(new MemoryStream(content), options);
        await using var stream = await container.GetBlobClient("blocks").OpenReadAsync();
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public async Task Upload_WithChecksums_VerifiesThem()
    {
        var container = await NewContainerAsync();
        var options = new BlobUploadOptions { TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5 } };
        await container.GetBlobClient("checked").UploadAsync(BinaryData.FromString("content"), options);
        var read = new BlobDownloadOptions { TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5 } };
        Assert.Equal("content", (await container.GetBlobClient("checked").DownloadContentAsync(read)).Value.Content.ToString());
    }

    [Fact]
    public async Task Crc64_OfTheStorageLibrary_RunsOnTheHashingAssembly()
    {
        var crc = Azure.Storage.StorageCrc64HashAlgorithm.Create();
        crc.Append("1234"u8.ToArray());
        await crc.AppendAsync(new MemoryStream(Encoding.ASCII.GetBytes("56789")));
        var inParts = crc.GetHashAndReset();
        crc.Append("123456789"u8);
        Assert.Equal(8, crc.HashLengthInBytes);
        Assert.Equal(inParts, crc.GetCurrentHash());
        Assert.NotEqual(new byte[8], inParts);
    }

    [Fact]
    public async Task Upload_ExistingWithoutOverwrite_IsBlobAlreadyExists()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("once");
        await blob.UploadAsync(BinaryData.FromString("first"));
        await RefusedAsync(409, BlobErrorCode.BlobAlreadyExists, () => blob.UploadAsync(BinaryData.FromString("second")));
        await RefusedAsync(409, BlobErrorCode.BlobAlreadyExists, () => blob.UploadAsync(
            BinaryData.FromString("second"), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }));
        await blob.UploadAsync(BinaryData.FromString("third"), overwrite: true);
        Assert.Equal("third", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task Upload_StaleETag_IsConditionNotMet()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("versioned");
        var first = (await blob.UploadAsync(BinaryData.FromString("1"))).Value.ETag;
        await blob.UploadAsync(BinaryData.FromString("2"), new BlobUploadOptions { Conditions = new() { IfMatch = first } });
        await RefusedAsync(412, BlobErrorCode.ConditionNotMet, () => blob.UploadAsync(
            BinaryData.FromString("3"), new BlobUploadOptions { Conditions = new() { IfMatch = first } }));
        await RefusedAsync(412, BlobErrorCode.ConditionNotMet, () => blob.DeleteAsync(conditions: new() { IfMatch = first }));
        Assert.Equal("2", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task Upload_HeadersAndMetadata_ComeBack()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("described");
        await blob.UploadAsync(BinaryData.FromString("{}"), new BlobUploadOptions
        {
            HttpHeaders = new() { ContentType = "application/json" },
            Metadata = new Dictionary<string, string> { ["pipeline"] = "12" },
        });
        var properties = (await blob.GetPropertiesAsync()).Value;
        Assert.Equal(("application/json", "12", 2L), (properties.ContentType, properties.Metadata["pipeline"], properties.ContentLength));
    }

    [Fact]
    public async Task Read_Missing_IsNotFoundWithItsCode()
    {
        var container = await NewContainerAsync();
        await RefusedAsync(404, BlobErrorCode.BlobNotFound, () => container.GetBlobClient("none").DownloadContentAsync());
        Assert.False(await container.GetBlobClient("none").ExistsAsync());
        Assert.False(await container.GetBlobClient("none").DeleteIfExistsAsync());
        var missing = new BlobContainerClient(await azurite.ConnectionStringOrSkipAsync(), $"c{Guid.NewGuid():N}");
        await RefusedAsync(404, BlobErrorCode.ContainerNotFound, () => missing.GetBlobClient("none").UploadAsync(BinaryData.FromString("")));
    }

    [Fact]
    public async Task CreateIfNotExists_ExistingContainer_AnswersNull()
    {
        var container = await NewContainerAsync();
        Assert.Null(await container.CreateIfNotExistsAsync());
    }

    [Fact]
    public async Task AppendBlob_BlockAfterBlock_GrowsAndChecksItsPosition()
    {
        var log = (await NewContainerAsync()).GetAppendBlobClient("log");
        Assert.NotNull(await log.CreateIfNotExistsAsync());
        await log.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes("one\n")));
        var second = await log.AppendBlockAsync(
            new MemoryStream(Encoding.UTF8.GetBytes("two\n")), new AppendBlobAppendBlockOptions { Conditions = new() { IfAppendPositionEqual = 4 } });
        Assert.Equal("4", second.Value.BlobAppendOffset);

        // The same write again, as after a crash before its answer was seen.
        await RefusedAsync(412, BlobErrorCode.AppendPositionConditionNotMet, () => log.AppendBlockAsync(
            new MemoryStream(Encoding.UTF8.GetBytes("two\n")), new AppendBlobAppendBlockOptions { Conditions = new() { IfAppendPositionEqual = 4 } }));
        Assert.Null(await log.CreateIfNotExistsAsync());
        Assert.Equal("one\ntwo\n", (await log.DownloadContentAsync()).Value.Content.ToString());
        var range = await log.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(4, 3) });
        Assert.Equal("two", range.Value.Content.ToString());
    }

    [Fact]
    public async Task AppendBlob_WhileItGrows_KeepsItsConditionsAndIsReadByRange()
    {
        var log = (await NewContainerAsync()).GetAppendBlobClient("growing.log");
        await RefusedAsync(404, BlobErrorCode.BlobNotFound, () => AppendAsync(log, "one\n", new() { IfAppendPositionEqual = 0 }));
        var once = new AppendBlobCreateOptions { Conditions = new() { IfNoneMatch = ETag.All } };
        await log.CreateAsync(once);
        await RefusedAsync(409, BlobErrorCode.BlobAlreadyExists, () => log.CreateAsync(once));
        Assert.Equal(0, (await log.DownloadStreamingAsync()).Value.Details.ContentLength);

        var first = await AppendAsync(log, "one\n", new() { IfAppendPositionEqual = 0, IfMaxSizeLessThanOrEqual = 8 });
        Assert.Equal(("0", 1), (first.BlobAppendOffset, first.BlobCommittedBlockCount));
        var reading = (await log.DownloadStreamingAsync()).Value;
        await AppendAsync(log, "two\n", new() { IfAppendPositionEqual = 4, IfMaxSizeLessThanOrEqual = 8 });
        await RefusedAsync(412, BlobErrorCode.AppendPositionConditionNotMet, () => AppendAsync(log, "two\n", new() { IfAppendPositionEqual = 4 }));

        // One that began before sees the log as it was then.
        Assert.Equal("one\n", await new StreamReader(reading.Content).ReadToEndAsync());
        var next = (await log.DownloadStreamingAsync(new BlobDownloadOptions { Range = new HttpRange(4) })).Value;
        Assert.Equal(("two\n", "bytes 4-7/8", 4L), (await new StreamReader(next.Content).ReadToEndAsync(), next.Details.ContentRange, next.Details.ContentLength));
        Assert.NotEqual(reading.Details.ETag, next.Details.ETag);

        // Right at the end the emulator gives nothing as a 206, where the service refuses; both tell the length.
        await RefusedAsync(416, BlobErrorCode.InvalidRange, () => log.DownloadStreamingAsync(new BlobDownloadOptions { Range = new HttpRange(9) }));
        var properties = (await log.GetPropertiesAsync()).Value;
        Assert.Equal((8L, 2), (properties.ContentLength, properties.BlobCommittedBlockCount));
    }

    [Fact]
    public async Task List_Prefix_IsOrdinalAndPaged()
    {
        var container = await NewContainerAsync();
        foreach (var name in (string[])["runs/2/b", "runs/10/a", "runs/2/a", "other"])
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(name));

        var names = new List<string>();
        var pages = 0;
        await foreach (var page in container.GetBlobsAsync(prefix: "runs/").AsPages(pageSizeHint: 2))
        {
            pages++;
            names.AddRange(page.Values.Select(blob => blob.Name));
        }

        Assert.Equal(["runs/10/a", "runs/2/a", "runs/2/b"], names);
        Assert.Equal(2, pages);
    }

    private static async Task<BlobAppendInfo> AppendAsync(AppendBlobClient log, string text, AppendBlobRequestConditions conditions) =>
        await log.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new AppendBlobAppendBlockOptions { Conditions = conditions });

    private static async Task RefusedAsync(int status, BlobErrorCode code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<RequestFailedException>(action);
        Assert.Equal(status, exception.Status);
        Assert.Equal(code.ToString(), exception.ErrorCode);
    }

    private async Task<BlobContainerClient> NewContainerAsync()
    {
        var container = new BlobContainerClient(await azurite.ConnectionStringOrSkipAsync(), $"c{Guid.NewGuid():N}");
        await container.CreateAsync();
        return container;
    }
}
