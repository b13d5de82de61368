namespace ProCode.Dev;

/// <summary>The pinned Azurite of local/azurite.</summary>
internal static class AzuriteInstallation
{
    /// <summary>The folder that holds Azurite, its installation complete.</summary>
    public static Task<string> EnsureAsync(CancellationToken cancellationToken) => NpmInstallation.EnsureAsync("local/azurite", cancellationToken);
}
