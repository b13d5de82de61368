package dev.procode.agent;

import java.time.Duration;
import java.util.Optional;

/** What a function is told about its invocation. Safe to use from any thread. */
public final class Context {
    private final Identity identity;
    private final Log log;
    private final long end;
    private volatile boolean cancelled;

    Context(Identity identity, long milliseconds) {
        this.identity = identity;
        log = new Log(identity);
        end = System.nanoTime() + Duration.ofMillis(milliseconds).toNanos();
    }

    public String requestId() {
        return identity.requestId();
    }

    /** To be sent on as the header <code>traceparent</code> of requests that this invocation makes; with <code>tracestate</code> if there is one. */
    public String traceparent() {
        return identity.traceparent();
    }

    public Optional<String> tracestate() {
        return Optional.ofNullable(identity.tracestate());
    }

    public Log log() {
        return log;
    }

    /** Until the time limit; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /**
     * True when nobody waits for the result any more: the caller has gone, the time is over, the agent stops. The function's thread is interrupted
     * then, so that sleeping and waiting end with an InterruptedException; one that computes looks here now and then.
     */
    public boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }
}
