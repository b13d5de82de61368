namespace ProCode.Dev;

/// <summary>The app (ProCode.Functions in the Local runtime) as a child process.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    /// <summary>What a host says, before its address, once it listens.</summary>
    internal const string ReadyPrefix = "Functions host ready: ";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(35);   // the host gives running requests 30 s

    private readonly ChildProcess _child;

    private AppProcess(ChildProcess child, Uri baseUrl) => (_child, BaseUrl) = (child, baseUrl);

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:7071</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The process id.</summary>
    public int Id => _child.Id;

    /// <summary>Completes with the exit code when the process ends, for whatever reason.</summary>
    public Task<int> Exited => _child.Exited;

    /// <summary>What it wrote last.</summary>
    public string LastLines => _child.LastLines;

    /// <summary>Starts the app and returns when it listens. When it ends or stays silent instead, the exception shows its last lines.</summary>
    public static async Task<AppProcess> StartAsync(AppProcessOptions options, CancellationToken cancellation)
    {
        var assembly = Checkout.AssemblyOf(options.Program, options.Configuration);
        if (!File.Exists(assembly))
        {
            throw new DevException("The app is not built: run ./dev test or ./dev demo, or dotnet build ProCode.sln.");
        }

        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = ChildProcess.Start(
            ["dotnet", assembly],
            options.ToEnvironment(options.Port == 0 ? Ports.TakeFree() : options.Port),
            Path.GetDirectoryName(assembly),
            line =>
            {
                if (line.StartsWith(ReadyPrefix, StringComparison.Ordinal))
                {
                    ready.TrySetResult(new Uri(line[ReadyPrefix.Length..].Trim()));
                }

                options.OnLine?.Invoke(line);
            });
        try
        {
            var first = await Task.WhenAny(ready.Task, child.Exited).WaitAsync(StartPatience, cancellation);
            if (first == ready.Task)
            {
                return new AppProcess(child, await ready.Task);
            }

            throw new DevException($"The app ended with {await child.Exited} before it was ready. Its last lines:\n{child.LastLines}");
        }
        catch (TimeoutException)
        {
            child.Kill();
            throw new DevException($"The app was not ready after {StartPatience.TotalSeconds:0} s. Its last lines:\n{child.LastLines}");
        }
        catch
        {
            child.Kill();
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: what a power cut does to it.</summary>
    public void Kill() => _child.Kill();

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task StopAsync() => _child.StopAsync(StopPatience);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _child.DisposeAsync();
    }
}
