using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>
/// The rules for every call to a git host, of whatever kind: 30 s in all; up to 3 retries with growing, jittered pauses where a call may be
/// made again, sooner or later as the host says; and a circuit breaker per host, so that one that is down costs nobody 30 s. What the
/// host counts as too many calls, and what it refuses, is an answer and opens no circuit.
/// </summary>
public sealed class GitCalls
{
    // Hosts are named by users: what nobody calls any more must not pile up.
    private const int RememberedHosts = 1000;

    private readonly ConcurrentDictionary<string, ResiliencePipeline> _circuits = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time;
    private readonly ILogger<GitCalls> _logger;
    private readonly GitCallLimits _limits;
    private readonly ResiliencePipeline _retry;

    // The limit of the operation that a call is part of; it flows down to the calls, never up or sideways.
    private readonly AsyncLocal<CancellationTokenSource?> _operation = new();

    public GitCalls(TimeProvider time, ILogger<GitCalls> logger)
        : this(time, logger, new GitCallLimits())
    {
    }

    internal GitCalls(TimeProvider time, ILogger<GitCalls> logger, GitCallLimits limits)
    {
        (_time, _logger, _limits) = (time, logger, limits);
        _retry = NewRetry();
    }

    /// <summary>Makes a call to the host at an address. Unless it is <paramref name="repeatable"/> it is made once.</summary>
    public async Task<Result<T>> RunAsync<T>(
        Uri host, bool repeatable, Func<CancellationToken, Task<Result<T>>> call, CancellationToken cancellation)
    {
        using var own = _operation.Value is null ? new CancellationTokenSource(_limits.Call, _time) : null;
        var limit = own ?? _operation.Value!;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var circuit = CircuitOf(host);
        try
        {
            return repeatable
                ? await _retry.ExecuteAsync(async token => await TryAsync(circuit, call, limit.Token, token), either.Token)
                : await TryAsync(circuit, call, limit.Token, either.Token);
        }
        catch (GitHostDownException down)
        {
            return down.Error;
        }
        catch (BrokenCircuitException broken)
        {
            var left = GitErrors.HostUnavailable.With($"The git host {host.Authority} has failed several times in a row; it is left alone for a moment.");
            return left with { RetryAfter = broken.RetryAfter ?? _limits.Break };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TooSlow();
        }
    }

    /// <summary>An operation that needs several calls: together they end within the time of one.</summary>
    public async Task<Result<T>> TogetherAsync<T>(Func<CancellationToken, Task<Result<T>>> operation, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_limits.Call, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        _operation.Value = limit;
        try
        {
            return await operation(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TooSlow();
        }
    }

    // Polly counts exceptions, whatever the type of the result: so a host that is down is one, in here.
    private async Task<Result<T>> TryAsync<T>(
        ResiliencePipeline circuit, Func<CancellationToken, Task<Result<T>>> call, CancellationToken limit, CancellationToken cancellation) =>
        await circuit.ExecuteAsync(
            async token =>
            {
                try
                {
                    var result = await call(token);
                    return result.Error is { Kind: ErrorKind.Unavailable } error ? throw new GitHostDownException(error) : result;
                }
                catch (OperationCanceledException) when (limit.IsCancellationRequested)
                {
                    throw new GitHostDownException(TooSlow());
                }
            },
            cancellation);

    private Error TooSlow()
    {
        GitCallLog.TimedOut(_logger, _limits.Call);
        return GitErrors.Unavailable("The git host did not answer in time.");
    }

    private ResiliencePipeline CircuitOf(Uri host)
    {
        if (_circuits.Count > RememberedHosts) _circuits.Clear();
        return _circuits.GetOrAdd(host.GetLeftPart(UriPartial.Authority), NewCircuit);
    }

    private ResiliencePipeline NewRetry() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<GitHostDownException>(down => IsWorthARetry(down.Error)),
            MaxRetryAttempts = 3,
            Delay = _limits.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = retry => ValueTask.FromResult(
                ErrorOf(retry.Outcome) is { } error && error.Code == GitErrors.RateLimited ? error.RetryAfter : null),
            OnRetry = retry =>
            {
                GitCallLog.Retrying(_logger, retry.AttemptNumber + 1, retry.RetryDelay, ErrorOf(retry.Outcome)!.Message);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    // Nobody at the address does not change within a call; the pause that a host asks for may be longer than one.
    private bool IsWorthARetry(Error error) =>
        error.Code != GitErrors.HostUnreachable && (error.Code != GitErrors.RateLimited || error.RetryAfter <= _limits.LongestPause);

    private static Error? ErrorOf(Outcome<object> outcome) => (outcome.Exception as GitHostDownException)?.Error;

    private ResiliencePipeline NewCircuit(string host) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<GitHostDownException>(down => down.Error.Code != GitErrors.RateLimited),
            FailureRatio = 0.5,
            MinimumThroughput = _limits.CircuitCalls,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = _limits.Break,
            OnOpened = opened =>
            {
                GitCallLog.CircuitOpened(_logger, host, opened.BreakDuration);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private sealed class GitHostDownException(Error error) : Exception(error.Message)
    {
        public Error Error { get; } = error;
    }
}
