using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ProCode.Dev;

/// <summary>The real storage emulator on free loopback ports, for the life of this object or of the process that made it.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    // Azurite's published account key, the same on every machine: it protects nothing.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly string ownerFile;
    private readonly ConcurrentDictionary<string, Uri> endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> lastLines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool countsRequests;
    private long requests;
    private int disposed;

    private Azurite(Process process, string ownerFile, bool countsRequests)
    {
        this.process = process;
        this.ownerFile = ownerFile;
        this.countsRequests = countsRequests;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("Azurite ended before it was ready."));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Connection string of the blob, queue and table endpoints.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Endpoint("Blob")};"
        + $"QueueEndpoint={Endpoint("Queue")};TableEndpoint={Endpoint("Table")};";

    /// <summary>Starts Azurite on a folder, which is made if it is missing and never deleted; installs Azurite first when needed.</summary>
    /// <exception cref="InvalidOperationException">Node.js is missing, another Azurite uses the folder, or Azurite didn't start.</exception>
    public static Task<Azurite> StartAsync(string dataFolder, CancellationToken cancellationToken) =>
        StartAsync(dataFolder, countRequests: false, cancellationToken);

    /// <summary>As above; with <paramref name="countRequests"/>, Azurite reports every request, which costs it some speed.</summary>
    public static async Task<Azurite> StartAsync(string dataFolder, bool countRequests, CancellationToken cancellationToken)
    {
        var installation = await AzuriteInstallation.EnsureAsync(cancellationToken);
        Directory.CreateDirectory(dataFolder);
        var ownerFile = Path.Combine(dataFolder, "azurite.pid");
        await WaitForFormerOwnerAsync(ownerFile, dataFolder, cancellationToken);

        var process = NpmInstallation.StartOrExplain(CommandLine(installation, dataFolder, countRequests));
        await File.WriteAllTextAsync(ownerFile, $"{process.Id} {StartOf(process)}", CancellationToken.None);
        var azurite = new Azurite(process, ownerFile, countRequests);
        try
        {
            await azurite.ready.Task.WaitAsync(StartTimeout, cancellationToken);
            return azurite;
        }
        catch (Exception exception)
        {
            await azurite.DisposeAsync();
            if (exception is OperationCanceledException)
                throw;
            throw new InvalidOperationException($"Azurite didn't start:\n{string.Join('\n', azurite.lastLines)}", exception);
        }
    }

    /// <summary>What it has used of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>How many requests Azurite has answered so far; the last ones are counted a moment after their answer.</summary>
    /// <exception cref="InvalidOperationException">It was started without counting.</exception>
    public long RequestCount() => countsRequests
        ? Interlocked.Read(ref requests)
        : throw new InvalidOperationException("This Azurite was started without countRequests.");

    /// <summary>Lets Azurite write its data to disk and end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
            return;
        try
        {
            // Azurite's SIGTERM: see local/azurite/stop-with-parent.cjs.
            process.StandardInput.Close();
            using var deadline = new CancellationTokenSource(StopTimeout);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException)
        {
            process.Kill(entireProcessTree: true);
        }
        finally
        {
            process.Dispose();
            File.Delete(ownerFile);
        }
    }

    private static ProcessStartInfo CommandLine(string installation, string dataFolder, bool countRequests)
    {
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "--require", Path.Combine(installation, "stop-with-parent.cjs"),
            Path.Combine(installation, "node_modules", "azurite", "dist", "src", "azurite.js"),
            "--disableTelemetry", "--skipApiVersionCheck", "--location", Path.GetFullPath(dataFolder),
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            // Longer than our clients keep an idle connection: the server is never the one that closes it under a request.
            "--blobKeepAliveTimeout", "300", "--queueKeepAliveTimeout", "300", "--tableKeepAliveTimeout", "300",
        ];
        foreach (var argument in countRequests ? arguments : [.. arguments, "--silent"])
            start.ArgumentList.Add(argument);
        return start;
    }

    // After a kill -9 of its program an Azurite is still writing its data; a second one on the same folder would lose some.
    private static async Task WaitForFormerOwnerAsync(string ownerFile, string dataFolder, CancellationToken cancellationToken)
    {
        if (!File.Exists(ownerFile) || (await File.ReadAllTextAsync(ownerFile, cancellationToken)).Split(' ') is not [var id, var start])
            return;

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StopTimeout);
        try
        {
            using var former = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));

            // The same number may by now belong to another process; clocks of two readers differ by rounding only.
            if (Math.Abs(StartOf(former) - long.Parse(start, CultureInfo.InvariantCulture)) <= 1)
                await former.WaitForExitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException)
        {
            // No such process any more.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"Another Azurite (process {id}) uses {dataFolder}.");
        }
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    private string Endpoint(string service) => $"{endpoints[service]}{Account}";

    private void Read(string? line)
    {
        if (line is null)
            return;
        if (AccessLine().IsMatch(line))
        {
            Interlocked.Increment(ref requests);
            return;
        }

        lastLines.Enqueue(line);
        if (lastLines.Count > 20)
            lastLines.TryDequeue(out _);
        if (ListeningLine().Match(line) is { Success: true } listening)
            endpoints[listening.Groups["service"].Value] = new Uri(listening.Groups["url"].Value);
        if (endpoints.Count == 3)
            ready.TrySetResult();
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at (?<url>\S+)$")]
    private static partial Regex ListeningLine();

    // 127.0.0.1 - - [date] "POST /devstoreaccount1/Tables HTTP/1.1" 201 -
    [GeneratedRegex(@"^\S+ - - \[[^\]]+\] ""[A-Z]+ ")]
    private static partial Regex AccessLine();
}
