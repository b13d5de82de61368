package dev.procode.agent;

import java.util.concurrent.Semaphore;

/** One run of an agent's function, in a thread of its own: whatever the function does, the loop goes on answering. */
final class Invocation {
    /** What the loop is told. */
    interface Listener {
        void value(String json, Runnable taken);

        /** The function has really ended; with a failure, or null. */
        void ended(Failure failure);
    }

    private final Agent agent;
    private final Loop loop;
    private final Identity identity;
    private final Context context;
    private final Object input;
    private final Listener listener;
    private final Semaphore taken = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "procode-invocation");
    private boolean ended;

    Invocation(Agent agent, Loop loop, Identity identity, Object input, long milliseconds, Listener listener) {
        this.agent = agent;
        this.loop = loop;
        this.identity = identity;
        this.input = input;
        this.listener = listener;
        context = new Context(identity, milliseconds);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Cancels the function as far as that is possible. */
    synchronized void interrupt() {
        if (ended || context.cancelled()) return;
        context.cancel();
        thread.interrupt();
    }

    private void run() {
        Log.attach(identity);
        Failure failure = null;
        try {
            agent.function().invoke(input, context, this::send);
        } catch (Throwable thrown) { // Also a StackOverflowError or OutOfMemoryError: it has cost this invocation, not the agent.
            failure = failureOf(thrown);
        }
        synchronized (this) {
            ended = true;
        }
        Failure told = failure;
        loop.execute(() -> listener.ended(told));
    }

    private void send(Object value) throws InterruptedException {
        if (agent.streaming() && context.cancelled()) throw new InterruptedException("the invocation is cancelled");
        String json = agent.encode(value);
        loop.execute(() -> listener.value(json, taken::release));
        if (agent.streaming()) taken.acquire();
    }

    private Failure failureOf(Throwable thrown) {
        if (thrown instanceof Refusal refusal) return new Failure(422, refusal.code(), String.valueOf(refusal.getMessage()));
        // What a cancelled function is expected to end with: nobody waits for it, and the reason is told by whoever cancelled.
        if (thrown instanceof InterruptedException && context.cancelled()) return Failure.agentFailed();
        Log.failure(identity, "invocation.failed", "the agent's function failed", thrown);
        return thrown instanceof InvalidOutput ? Failure.invalidOutput() : Failure.agentFailed();
    }
}
