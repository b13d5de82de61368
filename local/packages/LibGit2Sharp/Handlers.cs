namespace LibGit2Sharp.Handlers;

/// <summary>Asked for credentials when a server refuses without them, and again when it refuses those. Null gives up.</summary>
public delegate Credentials CredentialsHandler(string url, string usernameFromUrl, SupportedCredentialTypes types);

/// <summary>Told what a push would change; false keeps it from happening.</summary>
public delegate bool PrePushHandler(IEnumerable<PushUpdate> updates);

/// <summary>Told about a ref that the server refused to update.</summary>
public delegate void PushStatusErrorHandler(PushStatusError pushStatusErrors);

/// <summary>Told how far a fetch is; false cancels it.</summary>
public delegate bool TransferProgressHandler(TransferProgress progress);
