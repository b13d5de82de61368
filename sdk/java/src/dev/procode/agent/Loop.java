package dev.procode.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The one thread that talks to all connections, so that none of them needs a lock. Others hand it work by {@link #execute}. */
final class Loop {
    /** What a key's attachment is. */
    interface Channel {
        void ready(SelectionKey key);
    }

    /** Something to do later; cancelling it twice, or after it ran, does nothing. */
    final class Timer {
        private final long due;
        private final long order;
        private final Runnable run;

        private Timer(long due, Runnable run) {
            this.due = due;
            this.order = ++timerCount;
            this.run = run;
        }

        void cancel() {
            timers.remove(this);
        }
    }

    /** For reading from any channel: used up before the next one is looked at. */
    final ByteBuffer scratch = ByteBuffer.allocateDirect(64 * 1024);
    final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TreeSet<Timer> timers = new TreeSet<>(Comparator.<Timer>comparingLong(timer -> timer.due).thenComparingLong(timer -> timer.order));
    private long timerCount;
    private boolean stopped;

    Loop() {
        try {
            selector = Selector.open();
        } catch (IOException wrong) {
            throw new UncheckedIOException(wrong);
        }
    }

    /** From any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    Timer schedule(long milliseconds, Runnable run) {
        Timer timer = new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds), run);
        timers.add(timer);
        return timer;
    }

    void stop() {
        stopped = true;
    }

    void run() throws IOException {
        while (!stopped) {
            selector.select(key -> ((Channel) key.attachment()).ready(key), patience());
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) guard(task);
            while (!stopped && !timers.isEmpty() && timers.first().due - System.nanoTime() <= 0) guard(timers.pollFirst().run);
        }
    }

    /** Milliseconds until there is something to do; 0 means as long as it takes. */
    private long patience() {
        if (!tasks.isEmpty()) return 1;
        return timers.isEmpty() ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(timers.first().due - System.nanoTime()) + 1);
    }

    /** A fault of ours must show in the log, and not end the agent for all others. */
    static void guard(Runnable run) {
        try {
            run.run();
        } catch (RuntimeException | StackOverflowError fault) {
            Log.failure(null, "agent.fault", "the SDK failed", fault);
        }
    }
}
