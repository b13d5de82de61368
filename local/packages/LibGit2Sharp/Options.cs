using LibGit2Sharp.Handlers;

namespace LibGit2Sharp;

/// <summary>What fetching and cloning have in common.</summary>
public abstract class FetchOptionsBase
{
    internal FetchOptionsBase()
    {
    }

    public CredentialsHandler CredentialsProvider { get; set; }

    public TransferProgressHandler OnTransferProgress { get; set; }
}

/// <summary>How to fetch.</summary>
public sealed class FetchOptions : FetchOptionsBase
{
    public TagFetchMode? TagFetchMode { get; set; }
}

/// <summary>Which tags come along with a fetch.</summary>
public enum TagFetchMode
{
    FromConfigurationOrDefault = 0,
    Auto = 1,
    None = 2,
    All = 3,
}

/// <summary>How to push.</summary>
public sealed class PushOptions
{
    public CredentialsHandler CredentialsProvider { get; set; }

    public PushStatusErrorHandler OnPushStatusError { get; set; }

    public PrePushHandler OnNegotiationCompletedBeforePush { get; set; }
}

/// <summary>How far a fetch is.</summary>
public class TransferProgress
{
    internal TransferProgress(long receivedBytes) => ReceivedBytes = receivedBytes;

    public virtual long ReceivedBytes { get; }
}

/// <summary>A ref that the server refused to update, and its reason.</summary>
public class PushStatusError
{
    internal PushStatusError(string reference, string message) => (Reference, Message) = (reference, message);

    public virtual string Reference { get; }

    public virtual string Message { get; }
}
