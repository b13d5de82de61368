using ProCode.Dev.Api;

namespace ProCode.Dev;

/// <summary>Azurite and the app on one data folder. The app can be killed and started again; the data stays.</summary>
public sealed class LocalStack : IAsyncDisposable
{
    private readonly AppProcessOptions _appOptions;
    private readonly FileStream _lock;

    private LocalStack(Azurite azurite, AppProcess app, AppProcessOptions appOptions, AdminKey adminKey, FileStream folderLock)
    {
        (Azurite, App, _appOptions, AdminKey, _lock) = (azurite, app, appOptions, adminKey, folderLock);
        Client = new ProCodeClient(app.BaseUrl, adminKey.Value);
    }

    /// <summary>The storage.</summary>
    public Azurite Azurite { get; }

    /// <summary>The app that runs now (or ran last).</summary>
    public AppProcess App { get; private set; }

    /// <summary>The key of the first administrator.</summary>
    public AdminKey AdminKey { get; }

    /// <summary>Calls the API as the first administrator.</summary>
    public ProCodeClient Client { get; }

    /// <summary>Where everything is kept.</summary>
    public string DataPath => _appOptions.DataPath;

    /// <summary>Where deployed agents lie.</summary>
    public string DeploymentsPath => Path.Combine(DataPath, "deployments");

    /// <summary>The image store, an OCI layout folder.</summary>
    public string ImagesPath => Path.Combine(DataPath, "images");

    /// <summary>Starts Azurite, then the app; both are stopped again when either fails.</summary>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, CancellationToken cancellation)
    {
        var data = Path.GetFullPath(options.DataPath);
        if (options.Port != 0)
        {
            Ports.RequireFree(options.Port);
        }

        CreateFolders(data);
        var folderLock = Lock(data);
        Azurite? azurite = null;
        try
        {
            var adminKey = AdminKey.ReadOrCreate(Path.Combine(data, "admin.key"));
            azurite = await Azurite.StartAsync(Path.Combine(data, "azurite"), options.CountStorageRequests, cancellation);
            var appOptions = new AppProcessOptions
            {
                DataPath = data,
                StorageConnectionString = azurite.ConnectionString,
                AdminKeyHash = adminKey.Hash,
                Port = options.Port,
                BaseImagesPath = options.BaseImagesPath,
                Configuration = options.Configuration,
                Program = options.Program,
                Environment = options.Environment,
                OnLine = options.OnLine,
            };
            return new LocalStack(azurite, await AppProcess.StartAsync(appOptions, cancellation), appOptions, adminKey, folderLock);
        }
        catch
        {
            if (azurite is not null)
            {
                await azurite.DisposeAsync();
            }

            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the app again, on the same data and port, after it was killed or stopped. <paramref name="environment"/>
    /// replaces the further environment variables from now on.</summary>
    public async Task RestartAppAsync(CancellationToken cancellation, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await App.DisposeAsync();
        var options = environment is null ? _appOptions : _appOptions with { Environment = environment };
        App = await AppProcess.StartAsync(options with { Port = App.BaseUrl.Port }, cancellation);
    }

    /// <summary>Stops the app, then Azurite. Deployed agents go on: see <see cref="AgentProcesses"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            await App.DisposeAsync();
        }
        finally
        {
            await Azurite.DisposeAsync();
            await _lock.DisposeAsync();
        }
    }

    // Agents may run as another user: that one can pass through to its own folder and read nothing else.
    private static void CreateFolders(string data)
    {
        foreach (var folder in (string[])["", "deployments"])
        {
            Create(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        foreach (var folder in (string[])["azurite", "durable", "images", "base", "keys"])
        {
            Create(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        void Create(string folder, UnixFileMode mode)
        {
            var path = Directory.CreateDirectory(Path.Combine(data, folder)).FullName;
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, mode);
            }
        }
    }

    private static FileStream Lock(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "in-use.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DevException($"{data} is in use by another run: stop it, or choose another folder with --data.");
        }
    }
}
