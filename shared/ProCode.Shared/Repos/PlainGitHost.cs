using System.Diagnostics.CodeAnalysis;
using LibGit2Sharp;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using ProCode.Outbound;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>
/// Any git server over smart HTTP, by LibGit2Sharp. The library blocks and can't be interrupted while it connects, so each call
/// runs on a thread of its own and is left behind when the time is up; a left-behind call still removes its files and keeps its
/// slot until it ends, and so can't pile up. The URL is checked before each use; the library resolves the name again by itself
/// and follows a redirect of the first request, a window that only a private network's own rules can close.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call that was left behind gives its slot back later, whatever has been disposed by then.")]
public sealed class PlainGitHost : IGitHost
{
    private readonly OutboundUrls _urls;
    private readonly TimeProvider _time;
    private readonly ILogger<PlainGitHost> _logger;
    private readonly PlainGitLimits _limits;
    private readonly SemaphoreSlim _slots;

    public PlainGitHost(OutboundUrls urls, TimeProvider time, ILogger<PlainGitHost> logger)
        : this(urls, time, logger, new PlainGitLimits())
    {
    }

    internal PlainGitHost(OutboundUrls urls, TimeProvider time, ILogger<PlainGitHost> logger, PlainGitLimits limits)
    {
        (_urls, _time, _logger, _limits) = (urls, time, logger, limits);
        _slots = new SemaphoreSlim(limits.ConcurrentCalls);
        GitWorkspace.RemoveAbandoned(time);
    }

    public Task<Result<GitRefs>> ListRefsAsync(GitRemote remote, CancellationToken cancellation) =>
        CallAsync<GitRefs>(remote, conversation => conversation.ListRefs(), cancellation);

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        CallAsync(remote, conversation => conversation.EnsureTag(tag, commitId, message), cancellation);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        // First into a file of our own: a call that is left behind or tried again must not have touched the caller's stream.
        var archived = await CallAsync(remote, conversation => conversation.Archive(commitId), cancellation);
        if (!archived.TryGet(out var file, out var error))
            return error;
        await using (file)
            await file.CopyToAsync(tar, cancellation);
        return Done.Value;
    }

    private async Task<Result<T>> CallAsync<T>(GitRemote remote, Func<GitConversation, Result<T>> talk, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_limits.Call, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await Retry<T>().ExecuteAsync(async token => await TryAsync(remote, talk, token), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            PlainGitLog.TimedOut(_logger, _limits.Call);
            return GitFailure.Unavailable("The git host did not answer in time.");
        }
    }

    private async Task<Result<T>> TryAsync<T>(GitRemote remote, Func<GitConversation, Result<T>> talk, CancellationToken cancellation)
    {
        var check = await _urls.CheckAsync(remote.Url, cancellation);
        if (!check.TryGet(out var url, out var error))
            return error.Code == OutboundErrors.HostUnresolved ? GitFailure.Unreachable(error.Message) : error;

        await _slots.WaitAsync(cancellation);
        var conversation = new GitConversation(url, remote.Credential, _limits, _time, cancellation);
        var talking = Task.Factory.StartNew(() => Talk(conversation, talk), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await talking.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the result any more; if it is a file, it has to be closed all the same.
            _ = talking.ContinueWith(
                left => ((left.Result.Succeeded ? left.Result.Value : default) as IDisposable)?.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    private Result<T> Talk<T>(GitConversation conversation, Func<GitConversation, Result<T>> talk)
    {
        try
        {
            return talk(conversation);
        }
        catch (LibGit2SharpException exception)
        {
            return conversation.Explain(exception);
        }
        finally
        {
            _slots.Release();
        }
    }

    private ResiliencePipeline<Result<T>> Retry<T>() =>
        new ResiliencePipelineBuilder<Result<T>> { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<Result<T>>
            {
                // Every call may be made again: EnsureTag looks first, the others only read.
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is null && attempt.Outcome.Result.Error?.Code == GitErrors.HostUnavailable),
                MaxRetryAttempts = 3,
                Delay = _limits.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = retry =>
                {
                    PlainGitLog.Retrying(_logger, retry.AttemptNumber + 1, retry.RetryDelay, retry.Outcome.Result.Error!.Message);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
}
