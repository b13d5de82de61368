package dev.procode.agent;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent's life as a process: from start to stop. Everything but the start runs on the loop. */
final class Life {
    private static final int REFUSED = 78; // EX_CONFIG of sysexits.h
    private static final long LAST_WORDS_MS = 1_000;
    private static final long LOOK_MS = 20;
    private final Agent agent;
    private final Settings settings;
    private final Loop loop = new Loop();
    private final Server server;
    private Thread starting;
    private boolean stopping;
    private boolean hurried;
    private boolean cutOff;
    private int code;

    private Life(Agent agent, Settings settings) {
        this.agent = agent;
        this.settings = settings;
        server = new Server(agent, settings, loop);
    }

    /** Serves until a signal; ends the process. */
    static void run(Agent agent) {
        Settings settings = null;
        Log.configure(Log.Level.info, System.getenv());
        try {
            settings = Settings.read(System.getenv());
            agent.check();
        } catch (IllegalArgumentException wrong) {
            refuse(wrong.getMessage(), REFUSED);
        }
        Log.configure(settings.logLevel(), System.getenv());
        Log.capturePrints();
        new Life(agent, settings).serve();
    }

    private static void refuse(String why, int code) {
        Log.event(null, Log.Level.error, "agent.refused", why, Map.of());
        System.exit(code);
    }

    private void serve() {
        CountDownLatch ended = new CountDownLatch(1);
        boolean hooked = !Signals.handle(() -> loop.execute(this::signal));
        if (hooked) {
            // The process is already ending then; the hook holds it up until the agent has stopped.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                loop.execute(this::signal);
                try {
                    ended.await();
                } catch (InterruptedException hurried) {
                    code = 1;
                }
                Runtime.getRuntime().halt(code);
            }));
        }
        try {
            int port = server.listen();
            Log.event(null, Log.Level.info, "agent.started", agent.name() + ' ' + agent.version() + " listens on port " + port, Map.of("port", port));
        } catch (IOException | RuntimeException wrong) {
            refuse("can't listen on " + settings.host() + " port " + settings.port() + ": " + wrong.getMessage(), 1);
        }
        starting = new Thread(this::startUp, "procode-startup");
        starting.setDaemon(true);
        starting.start();
        try {
            loop.run();
        } catch (IOException lost) {
            Log.failure(null, "agent.fault", "the SDK failed", lost);
            code = 1;
        }
        Log.event("agent.stopped", "stopped");
        ended.countDown();
        if (!hooked || code != 0) System.exit(code);
    }

    private void startUp() {
        try {
            agent.startup().run();
        } catch (Throwable thrown) { // Also an Error, such as a class that is missing.
            loop.execute(() -> startUpFailed(thrown));
            return;
        }
        loop.execute(() -> {
            if (!stopping) server.state("ready");
        });
    }

    private void startUpFailed(Throwable thrown) {
        if (stopping) return; // It was interrupted by that.
        Log.failure(null, "agent.failed", "the start-up function failed", thrown);
        code = 1;
        stop();
    }

    private void signal() {
        if (stopping) {
            hurried = true;
            return;
        }
        Log.event("agent.stopping", "no new invocations from now on");
        stop();
    }

    private void stop() {
        stopping = true;
        server.state("stopping");
        starting.interrupt();
        letFinish(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.stopMs()));
    }

    /** Until everything that runs has ended and been answered; for the stop limit, or until the second signal. */
    private void letFinish(long end) {
        boolean over = System.nanoTime() - end >= 0;
        if (server.isBusy() && !cutOff && (over || hurried)) {
            cutOff = true;
            code = 1;
            server.cutOff();
            letFinish(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MS));
        } else if (server.isBusy() && !over) {
            loop.schedule(LOOK_MS, () -> letFinish(end));
        } else {
            server.close();
            loop.stop();
        }
    }
}
