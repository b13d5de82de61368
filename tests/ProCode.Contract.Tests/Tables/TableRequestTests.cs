using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Contract.Tests.Tables;

/// <summary>How the client lets itself in, what it asks for again, and what it makes of answers that no emulator gives.</summary>
public sealed class TableRequestTests
{
    private const string Key = "c2VjcmV0";
    private const string Signature = "sv=2020-08-04&ss=t&sig=a%2Bb%3D";

    private static readonly (HttpStatusCode Status, string Body) Done = (HttpStatusCode.NoContent, "");
    private static readonly Uri Account = new("https://account.table.core.windows.net");

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    public async Task Send_ServiceIsBusy_TheSameRequestIsSentAgain(HttpStatusCode status)
    {
        var wire = new Wire(Wire.Error(status, "ServerBusy"), Wire.Error(status, "ServerBusy"), Done);

        var response = await SharedKey(wire).AddEntityAsync(new TableEntity("p", "r") { ["Value"] = 1 });

        Assert.Equal((204, 3), (response.Status, wire.Sent.Count));
        Assert.Contains("\"Value\":1", Assert.Single(wire.Sent.Select(request => request.Body).Distinct()), StringComparison.Ordinal);
        Assert.All(wire.Sent, request => Assert.StartsWith("SharedKey", request.Authorization, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_ServiceStaysBusy_ThrowsItsLastAnswer()
    {
        var wire = new Wire(Wire.Error(HttpStatusCode.ServiceUnavailable, "ServerBusy"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => SharedKey(wire).UpsertEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((503, "ServerBusy", 4), (exception.Status, exception.ErrorCode, wire.Sent.Count));
    }

    [Fact]
    public async Task Send_ServiceRefuses_IsNotSentAgain()
    {
        var wire = new Wire(Wire.Error(HttpStatusCode.PreconditionFailed, "UpdateConditionNotSatisfied"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => SharedKey(wire).UpdateEntityAsync(new TableEntity("p", "r"), new ETag("W/\"1\"")));

        Assert.Equal((412, 1), (exception.Status, wire.Sent.Count));
        Assert.Contains("Something about UpdateConditionNotSatisfied.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AnswerOfSomethingBetween_ThrowsItsStatusWithoutACode()
    {
        var wire = new Wire((HttpStatusCode.Forbidden, "<html>The proxy says no.</html>"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => SharedKey(wire).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((403, true), (exception.Status, string.IsNullOrEmpty(exception.ErrorCode)));
    }

    [Fact]
    public async Task CreateIfNotExists_TableIsBeingDeleted_Throws()
    {
        var wire = new Wire(Wire.Error(HttpStatusCode.Conflict, "TableBeingDeleted"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => SharedKey(wire).CreateIfNotExistsAsync());

        Assert.Equal(409, exception.Status);
        Assert.True(TableErrorCode.TableBeingDeleted == exception.ErrorCode, exception.ErrorCode);
    }

    [Fact]
    public async Task Update_QuoteInAKeyAndATimestamp_DoublesTheOneAndLeavesOutTheOther()
    {
        var wire = new Wire(Done);

        await SharedKey(wire).UpdateEntityAsync(new TableEntity("it's", "r") { Timestamp = DateTimeOffset.UnixEpoch, ["Value"] = 1 }, ETag.All);

        var request = Assert.Single(wire.Sent);
        Assert.Contains("(PartitionKey='it''s',RowKey='r')", Uri.UnescapeDataString(request.Uri.AbsoluteUri), StringComparison.Ordinal);
        Assert.DoesNotContain("Timestamp", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenCredential_EveryRequest_BringsTheStorageAccountsToken()
    {
        var wire = new Wire(Done);
        var credential = new OneToken();

        await new TableServiceClient(Account, credential, wire.Options()).GetTableClient("things").UpsertEntityAsync(new TableEntity("p", "r"));

        Assert.Equal("Bearer the-token", Assert.Single(wire.Sent).Authorization);
        Assert.Equal("https://storage.azure.com/.default", Assert.Single(credential.Scopes));
    }

    [Fact]
    public async Task SasCredential_EveryRequest_BringsTheSignatureThatHoldsNow()
    {
        var wire = new Wire(Done, Wire.Error(HttpStatusCode.Forbidden, "AuthorizationFailure"));
        var credential = new AzureSasCredential(Signature);
        var service = new TableServiceClient(Account, credential, wire.Options());

        await service.GetTableClient("things").UpsertEntityAsync(new TableEntity("p", "r"));
        credential.Update("?sig=renewed");
        await Assert.ThrowsAsync<RequestFailedException>(() => service.GetTableClient("things").QueryAsync<TableEntity>("A eq 1").GetAsyncEnumerator().MoveNextAsync().AsTask());

        Assert.Equal("account", service.AccountName);
        Assert.All(wire.Sent, request => Assert.Null(request.Authorization));
        Assert.EndsWith(Signature, wire.Sent[0].Uri.Query, StringComparison.Ordinal);
        Assert.EndsWith("sig=renewed", wire.Sent[1].Uri.Query, StringComparison.Ordinal);
        Assert.Contains("filter=A", wire.Sent[1].Uri.Query, StringComparison.Ordinal);
        Assert.StartsWith("https://account.table.core.windows.net/things(PartitionKey=", wire.Sent[0].Uri.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SasCredential_RenewedBetweenTwoTries_TheSecondBringsTheNewOneOnly()
    {
        var wire = new Wire(Wire.Error(HttpStatusCode.ServiceUnavailable, "ServerBusy"), Done);
        var credential = new AzureSasCredential(Signature);
        var options = wire.Options();
        options.AddPolicy(new Renewal(credential), HttpPipelinePosition.PerRetry);

        await new TableServiceClient(Account, credential, options).GetTableClient("things").UpsertEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(2, wire.Sent.Count);
        Assert.EndsWith("sig=renewed", wire.Sent[1].Uri.Query, StringComparison.Ordinal);
        Assert.DoesNotContain(Signature, wire.Sent[1].Uri.Query, StringComparison.Ordinal);
    }

    [Fact]
    public void SasCredential_WithoutTls_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new TableServiceClient(new Uri("http://account.table.core.windows.net"), new AzureSasCredential(Signature)));

    [Fact]
    public async Task ConnectionString_WithASignature_IsUsedOnEveryRequest()
    {
        var wire = new Wire(Done);
        var table = new TableClient($"TableEndpoint=https://account.table.core.windows.net;SharedAccessSignature={Signature}", "things", wire.Options());

        await table.UpsertEntityAsync(new TableEntity("p", "r"));

        var request = Assert.Single(wire.Sent);
        Assert.Null(request.Authorization);
        Assert.Contains("sig=a%2Bb%3D", request.Uri.Query, StringComparison.Ordinal);
        Assert.Equal("/things(PartitionKey='p',RowKey='r')", Uri.UnescapeDataString(request.Uri.AbsolutePath));
    }

    [Fact]
    public async Task ConnectionString_WithAnAccountAndSuffix_LeadsToItsTableService()
    {
        var wire = new Wire(Done);
        var table = new TableClient($"DefaultEndpointsProtocol=https;AccountName=account;AccountKey={Key};EndpointSuffix=core.windows.net", "things", wire.Options());

        await table.UpsertEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(("account", "things"), (table.AccountName, table.Name));
        Assert.Equal("account.table.core.windows.net", Assert.Single(wire.Sent).Uri.Host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AccountName=account")]
    [InlineData("nonsense")]
    public void ConnectionString_ThatLacksSomething_IsRefused(string text) => Assert.ThrowsAny<Exception>(() => new TableClient(text, "things"));

    [Fact]
    public void TableErrorCode_AndText_AreCompared()
    {
        Assert.True(TableErrorCode.EntityAlreadyExists == "EntityAlreadyExists");
        Assert.True("EntityAlreadyExists" == TableErrorCode.EntityAlreadyExists);
        Assert.True(TableErrorCode.EntityAlreadyExists != "TableAlreadyExists");
        Assert.False(TableErrorCode.EntityAlreadyExists == null);
        Assert.Equal("EntityAlreadyExists", TableErrorCode.EntityAlreadyExists.ToString());
        Assert.Equal(TableErrorCode.TableNotFound, new TableErrorCode("TableNotFound"));
    }

    private static TableClient SharedKey(Wire wire) => new(Account, "things", new TableSharedKeyCredential("account", Key), wire.Options());

    private sealed class OneToken : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("the-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class Renewal(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message) => credential.Update("?sig=renewed");
    }
}
