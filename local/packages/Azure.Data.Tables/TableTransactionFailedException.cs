using System.Globalization;
using Azure.Data.Tables.Protocol;

namespace Azure.Data.Tables;

/// <summary>A transaction was refused as a whole because of one of its actions.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode, requestFailedException.InnerException) =>
        FailedTransactionActionIndex = IndexIn(requestFailedException.Message);

    internal TableTransactionFailedException(Response failedPart)
        : base(failedPart, null, ErrorParser.Instance) => FailedTransactionActionIndex = IndexIn(Message);

    /// <summary>Index of the action that failed; null when the service didn't say.</summary>
    public int? FailedTransactionActionIndex { get; }

    // The service's message starts with the index: "1:The specified entity already exists."
    private static int? IndexIn(string message) =>
        int.TryParse(message.AsSpan(0, Math.Max(0, message.IndexOf(':', StringComparison.Ordinal))), CultureInfo.InvariantCulture, out var index) ? index : null;
}
