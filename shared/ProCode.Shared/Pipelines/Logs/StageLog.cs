using Microsoft.Extensions.Logging;

namespace ProCode.Pipelines.Logs;

/// <summary>
/// Writes the log of one attempt. Its blob is looked for or made beside the work, with the first line; lines are collected and written about once a second and when the writer is disposed of; a further try of the
/// attempt goes on where the log ends. Trouble with the log is told to the service's own and to nobody else: no stage fails of it. Safe for concurrent use.
/// </summary>
public sealed class StageLog : IAsyncDisposable
{
    // A log may have 50,000 blocks: as their number grows, so does the pause between them, which makes that enough for months.
    private const int BlocksAtFullPace = 1000;
    private const int MaxBlockBytes = 1024 * 1024;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    // Of the real clock: how long a stage may be held up by a storage that doesn't answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StageLogId _id;
    private readonly LogBlob _blob;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly SecretMask _mask = new();
    private readonly LineText _text;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<byte[]> _lines = [];
    private long _waitingBytes;
    private bool _isBegun;
    private bool _timerIsSet;
    private bool _hasFailed;
    private bool _closed;

    internal StageLog(StageLogId id, LogBlob blob, TimeProvider time, ILogger logger)
    {
        (_id, _blob, _time, _logger, _text) = (id, blob, time, logger, new LineText(_mask));
        _timer = time.CreateTimer(static log => _ = ((StageLog)log!).WriteLinesAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Masks a secret in everything that is written from now on, in whatever form (docs/pipelines.md, Logs).</summary>
    public void Hide(string? secret)
    {
        lock (_gate) _mask.Add(secret);
    }

    /// <summary>Writes a line, or several when the text has line feeds.</summary>
    public void WriteLine(string text) => Write(text + "\n");

    /// <summary>Writes a piece of text; the line that it ends in may go on with the next piece.</summary>
    public void Write(string text)
    {
        lock (_gate)
        {
            if (_closed) return;
            foreach (var line in _text.Take(text, _time.GetUtcNow())) Enqueue(line);
        }
    }

    /// <summary>Writes what is left, the unfinished line as well.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            if (_text.TakeRest(_time.GetUtcNow()) is { } line) Enqueue(line);
            _closed = true;
        }

        await _timer.DisposeAsync();
        await WriteLinesAsync();
        if (_lines.Count > 0) StageLogsLog.LinesLost(_logger, _id.PipelineId, _id.Run, _id.Stage, _id.Attempt, _lines.Count);
    }

    // More than a log can hold need not wait: the log will be cut before it.
    private void Enqueue(byte[] line)
    {
        if (_waitingBytes > LogBlob.MaxBytes || _blob.IsCut) return;
        _lines.Add(line);
        _waitingBytes += line.Length;
        SetTimer();
        if (_isBegun) return;
        _isBegun = true;
        _ = Task.Run(() => WriteOutAsync(() => true, static _ => null));
    }

    private void SetTimer()
    {
        if (_timerIsSet || _closed) return;
        _timerIsSet = true;
        _timer.Change(_hasFailed ? PauseAfterFailure : Pace * Math.Max(1, _blob.Blocks / BlocksAtFullPace), Timeout.InfiniteTimeSpan);
    }

    private Task WriteLinesAsync() => WriteOutAsync(
        () =>
        {
            _timerIsSet = false;
            return _lines.Count > 0;
        },
        NextBlock);

    // Without a block, what the blob is is found out and nothing else.
    private async Task WriteOutAsync(Func<bool> isDue, Func<long, LogBlock?> next)
    {
        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (!isDue()) return;
            }

            using var patience = new CancellationTokenSource(Patience);
            await _blob.AppendAsync(next, Remove, patience.Token);
            _hasFailed = false;
        }
        catch (Exception e)
        {
            if (!_hasFailed) StageLogsLog.NotWritten(_logger, e, _id.PipelineId, _id.Run, _id.Stage, _id.Attempt);
            _hasFailed = true;
        }
        finally
        {
            lock (_gate)
            {
                if (_blob.IsCut) _lines.Clear();
                if (_lines.Count > 0) SetTimer();
            }

            _writing.Release();
        }
    }

    // Whole lines only, so that wherever a writer dies the log ends with one. There is always room for the line that says it was cut.
    private LogBlock? NextBlock(long length)
    {
        lock (_gate)
        {
            if (_lines.Count == 0) return null;
            var room = LogBlob.MaxBytes - LineText.CutLineBytes - length;
            var (count, size) = (0, 0);
            while (count < _lines.Count && size + _lines[count].Length <= Math.Min(room, MaxBlockBytes)) size += _lines[count++].Length;
            var cuts = count < _lines.Count && size + _lines[count].Length > room;
            var lines = _lines.Take(count);
            if (cuts) lines = lines.Append(LineText.Line(_time.GetUtcNow(), LogBlob.CutText));
            using var bytes = new MemoryStream(size + LineText.CutLineBytes);
            foreach (var line in lines) bytes.Write(line);
            return new LogBlock(bytes.ToArray(), count, cuts);
        }
    }

    private void Remove(LogBlock block)
    {
        lock (_gate)
        {
            _waitingBytes -= _lines.Take(block.Lines).Sum(line => line.Length);
            _lines.RemoveRange(0, block.Lines);
        }
    }
}
