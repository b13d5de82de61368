package dev.procode.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each path answers. Its life, from start to stop, is told to it by Life. Everything here runs on the loop. */
final class Server implements Loop.Channel, Connection.Answerer {
    private static final int MAX_CONNECTIONS = 1000;
    private static final int BACKLOG = 256;
    private static final int READING_FACTOR = 4;
    private static final List<String> READ = List.of("GET", "HEAD");
    private static final Map<String, List<String>> METHODS = Map.of("/invoke", List.of("POST"), "/health", READ, "/ready", READ, "/manifest", READ);
    private final Agent agent;
    private final Settings settings;
    private final Loop loop;
    private final Set<Connection> connections = new HashSet<>();
    private final Set<Run> runs = new HashSet<>();
    /** Invocations whose body is still being read. */
    private final Map<Connection, Run> waiting = new HashMap<>();
    private ServerSocketChannel listener;
    private String state = "starting";

    Server(Agent agent, Settings settings, Loop loop) {
        this.agent = agent;
        this.settings = settings;
        this.loop = loop;
    }

    /** Returns the port. */
    int listen() throws IOException {
        listener = ServerSocketChannel.open();
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) throw new IOException("the host is unknown");
        listener.bind(address, BACKLOG);
        listener.configureBlocking(false);
        listener.register(loop.selector, SelectionKey.OP_ACCEPT, this);
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    void state(String now) {
        state = now;
    }

    String state() {
        return state;
    }

    /** Whether an invocation runs, or an answer is on its way. */
    boolean isBusy() {
        return !runs.isEmpty() || connections.stream().anyMatch(Connection::isBusy);
    }

    void cutOff() {
        for (Run run : List.copyOf(runs)) run.interrupt(Failure.notReady("stopping"));
    }

    void close() {
        try {
            listener.close();
        } catch (IOException lost) {
            // The process ends now.
        }
        for (Connection connection : List.copyOf(connections)) connection.close();
    }

    // Connections.

    @Override
    public void ready(SelectionKey key) {
        Loop.guard(() -> {
            try {
                for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) accept(channel);
            } catch (IOException outOfFiles) {
                Log.event(null, Log.Level.error, "agent.fault", "a connection could not be taken: " + outOfFiles.getMessage(), Map.of());
                key.interestOps(0); // It would come back at once.
                loop.schedule(1_000, () -> key.interestOps(SelectionKey.OP_ACCEPT));
            }
        });
    }

    private void accept(SocketChannel channel) throws IOException {
        if (connections.size() >= MAX_CONNECTIONS) {
            channel.close();
            return;
        }
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connections.add(new Connection(loop, channel, settings.readMs(), this));
    }

    @Override
    public void closed(Connection connection) {
        connections.remove(connection);
        waiting.remove(connection);
    }

    // Requests.

    @Override
    public void refuse(Connection connection, Failure failure) {
        Run run = waiting.remove(connection);
        if (run == null) new Exchange(loop, connection, null, true).fail(failure);
        else run.fail(failure);
    }

    @Override
    public void answer(Connection connection, Request request) {
        Exchange exchange = new Exchange(loop, connection, request, state.equals("stopping"));
        try {
            List<String> methods = METHODS.get(request.path());
            if (methods == null) throw new Failure(404, "NOT_FOUND", "There is nothing at this path.");
            if (!methods.contains(request.method())) throw Failure.methodNotAllowed(methods);
            switch (request.path()) {
                case "/health" -> exchange.json(200, members("status", "ok", "name", agent.name(), "version", agent.version()));
                case "/ready" -> exchange.json(state.equals("ready") ? 200 : 503, Map.of("status", state));
                case "/manifest" -> exchange.json(200, agent.manifest());
                default -> invoke(exchange, request);
            }
        } catch (Failure failure) {
            exchange.fail(failure);
        } catch (RuntimeException fault) {
            // A fault of ours must show in the log and end with an answer, not with a silent connection.
            Log.failure(exchange.identity, "agent.fault", "the SDK failed", fault);
            exchange.fail(Failure.agentFailed());
        }
    }

    private void invoke(Exchange exchange, Request request) throws Failure {
        request.requireJson();
        Run run = new Run(exchange, request.wantsStream(agent.streaming()));
        try {
            requireReady();
            // Bodies that trickle in hold memory; all connections together must not hold more than a few of them.
            if (request.length() <= settings.maxBody() && waiting.size() >= READING_FACTOR * settings.maxInvocations()) throw Failure.busy();
            waiting.put(exchange.connection, run);
            exchange.connection.readBody(settings.maxBody(), run::start);
        } catch (Failure failure) {
            waiting.remove(exchange.connection);
            run.fail(failure);
        }
    }

    private void requireReady() throws Failure {
        if (!state.equals("ready")) throw Failure.notReady(state);
    }

    private static Map<String, String> members(String... namesAndValues) {
        Map<String, String> members = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) members.put(namesAndValues[at], namesAndValues[at + 1]);
        return members;
    }

    /** One POST /invoke that passed the 406. */
    private final class Run implements Invocation.Listener {
        private final long began = System.nanoTime();
        private final Exchange exchange;
        private final boolean asStream;
        private Invocation invocation;
        private Loop.Timer limit;
        private boolean told;

        Run(Exchange exchange, boolean asStream) {
            this.exchange = exchange;
            this.asStream = asStream;
        }

        void start(byte[] body) {
            waiting.remove(exchange.connection);
            try {
                Object input = read(body);
                requireReady();
                if (runs.size() >= settings.maxInvocations()) throw Failure.busy();
                invocation = new Invocation(agent, loop, exchange.identity, input, settings.invokeMs(), this);
            } catch (Failure failure) {
                fail(failure);
                return;
            } catch (RuntimeException | StackOverflowError fault) {
                Log.failure(exchange.identity, "agent.fault", "the SDK failed", fault);
                fail(Failure.agentFailed());
                return;
            }
            runs.add(this);
            exchange.begin(asStream);
            limit = loop.schedule(settings.invokeMs(), () -> interrupt(Failure.timedOut()));
            invocation.start();
            exchange.connection.onGone(() -> interrupt(Failure.callerGone()));
        }

        private Object read(byte[] body) throws Failure {
            Object value;
            try {
                value = Json.parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
            } catch (CharacterCodingException | IllegalArgumentException wrong) {
                throw new Failure(400, "INVALID_JSON", "The body is not valid JSON in UTF-8.");
            }
            try {
                return agent.read(value);
            } catch (InvalidInput wrong) {
                throw Failure.invalidInput(wrong);
            }
        }

        /** The first reason is told to the caller; what can't be interrupted keeps its place until it ends. */
        void interrupt(Failure reason) {
            fail(reason);
            invocation.interrupt();
        }

        @Override
        public void value(String json, Runnable taken) {
            if (told) return;
            if (asStream) exchange.event(json, taken);
            else if (exchange.value(json) > settings.maxOutput()) interrupt(Failure.outputTooLarge(settings.maxOutput()));
            else taken.run();
        }

        @Override
        public void ended(Failure failure) {
            runs.remove(this);
            if (failure != null) {
                fail(failure);
            } else if (!told) {
                exchange.end(agent.streaming());
                finished(200, null);
            }
        }

        void fail(Failure failure) {
            if (told) return;
            exchange.fail(failure);
            finished(failure.status, failure.code);
        }

        private void finished(int status, String error) {
            told = true;
            exchange.connection.onGone(null);
            if (limit != null) limit.cancel();
            Map<String, Object> own = new LinkedHashMap<>();
            own.put("status", exchange.status(status));
            own.put("durationMs", Math.round((System.nanoTime() - began) / 1e5) / 10.0);
            own.put("error", error);
            Log.event(exchange.identity, Log.Level.info, "invocation.finished", "invocation finished", own);
        }
    }
}
