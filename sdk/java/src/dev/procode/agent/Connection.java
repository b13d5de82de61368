package dev.procode.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** One client: strict in what it takes, bounded in what it keeps and how long it waits. Everything here runs on the loop. */
final class Connection implements Loop.Channel {
    private static final int MAX_BUFFER = 64 * 1024;
    private static final int IDLE_FACTOR = 5;
    private static final long LINGER_MS = 1_000;
    private static final long LINGER_BYTES = 4 * 1024 * 1024;
    private static final long FLUSH_MS = 30_000;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    /** Who answers. It may answer at once or later; {@link #answered} says that it has. */
    interface Answerer {
        void answer(Connection connection, Request request);

        /** What can't be read as a request, or not in time. */
        void refuse(Connection connection, Failure failure);

        void closed(Connection connection);
    }

    private enum State { IDLE, HEAD, BODY, ANSWER, FLUSH, LINGER, CLOSED }

    private final Loop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final long readMs;
    private final Answerer answerer;
    private final Inbox in = new Inbox();
    private final Deque<ByteBuffer> out = new ArrayDeque<>();
    private State state = State.IDLE;
    private Loop.Timer timer;
    private Request request;
    private Body body;
    private Consumer<byte[]> onBody;
    private Runnable onGone;
    private Runnable onTaken;
    private boolean unread;
    private boolean ended;
    private boolean advancing;
    private long discarded;

    Connection(Loop loop, SocketChannel channel, long readMs, Answerer answerer) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.readMs = readMs;
        this.answerer = answerer;
        key = channel.register(loop.selector, SelectionKey.OP_READ, this);
        limit(readMs, this::close);
    }

    boolean isBusy() {
        return state != State.IDLE && state != State.HEAD;
    }

    /** The request's body was announced, but not read: the connection can't be used for another one. */
    boolean hasUnreadBody() {
        return unread;
    }

    @Override
    public void ready(SelectionKey ready) {
        Loop.guard(() -> {
            if (key.isValid() && key.isWritable()) flush();
            if (key.isValid() && key.isReadable()) fill();
        });
    }

    // Reading.

    private void fill() {
        int count;
        loop.scratch.clear();
        try {
            count = channel.read(loop.scratch);
        } catch (IOException reset) {
            close();
            return;
        }
        if (count < 0) {
            end();
            return;
        }
        if (state == State.LINGER) {
            discarded += count;
            if (discarded > LINGER_BYTES) close();
            return;
        }
        in.add(loop.scratch.flip());
        if (in.size() > MAX_BUFFER) interest(SelectionKey.OP_READ, false);
        advance();
    }

    private void end() {
        ended = true;
        interest(SelectionKey.OP_READ, false);
        if (state == State.IDLE || state == State.HEAD || state == State.LINGER) close();
        else if (state == State.BODY) advance();
        else if (onGone != null) gone();
    }

    private void gone() {
        Runnable told = onGone;
        onGone = null;
        told.run();
    }

    /** Reads on as far as the bytes go. */
    private void advance() {
        if (advancing) return; // An answer that was given at once: the loop below goes on with the next request.
        advancing = true;
        try {
            while (step()) {
            }
        } finally {
            advancing = false;
        }
        if (state != State.CLOSED && !ended && in.size() <= MAX_BUFFER) interest(SelectionKey.OP_READ, true);
    }

    private boolean step() {
        try {
            return switch (state) {
                case IDLE -> begin();
                case HEAD -> readHead();
                case BODY -> readBody();
                default -> false;
            };
        } catch (Failure failure) {
            fail(failure);
            return false;
        }
    }

    private boolean begin() {
        if (in.size() == 0) return false;
        state = State.HEAD;
        limit(readMs, () -> fail(Failure.tooSlow()));
        return true;
    }

    private boolean readHead() throws Failure {
        // A client may send an empty line after a body; RFC 9112 asks to pass over it.
        while (in.find("\r\n", 2) == 0) in.skip(2);
        int end = in.find("\r\n\r\n", Request.MAX_HEAD);
        if (end < 0) {
            if (in.size() >= Request.MAX_HEAD) throw Failure.headersTooLarge();
            return false;
        }
        byte[] head = in.take(end, 4);
        state = State.ANSWER;
        limit(0, null);
        request = null;
        request = Request.parse(head, head.length);
        unread = request.hasBody();
        answerer.answer(this, request);
        return true;
    }

    /** Reads the body of the request that is being answered; a failure of that is answered here. */
    void readBody(long limit, Consumer<byte[]> whole) throws Failure {
        body = new Body(request, limit);
        if (in.size() == 0 && !request.old() && request.list("expect").contains("100-continue")) write(CONTINUE);
        onBody = whole;
        state = State.BODY;
        limit(readMs, () -> fail(Failure.tooSlow()));
        advance();
    }

    private boolean readBody() throws Failure {
        if (!body.take(in)) {
            if (ended) throw Failure.badRequest("The body ended too early.");
            return false;
        }
        byte[] bytes = body.bytes();
        body = null;
        unread = false;
        state = State.ANSWER;
        limit(0, null);
        onBody.accept(bytes);
        return true;
    }

    private void fail(Failure failure) {
        limit(0, null);
        state = State.ANSWER;
        answerer.refuse(this, failure);
    }

    // Answering.

    /** Calls back once when the client goes away; at once when it has gone. */
    void onGone(Runnable told) {
        onGone = told;
        if (told != null && ended) gone();
    }

    void write(byte[] bytes) {
        if (state == State.CLOSED) return;
        out.add(ByteBuffer.wrap(bytes));
        flush();
    }

    boolean hasTakenAll() {
        return out.isEmpty();
    }

    /** Calls back when the client has taken what was written; at once when that is so. */
    void whenTaken(Runnable taken) {
        if (hasTakenAll()) taken.run();
        else onTaken = taken;
    }

    /** The answer is written. */
    void answered(boolean closes) {
        if (state == State.CLOSED) return;
        onGone = null;
        onTaken = null;
        state = State.FLUSH;
        limit(FLUSH_MS, this::close);
        whenTaken(closes || ended ? this::linger : this::next);
    }

    private void next() {
        if (ended) {
            close();
            return;
        }
        state = State.IDLE;
        limit(readMs * IDLE_FACTOR, this::close);
        advance();
    }

    /** Closes so that the client gets what was sent: closing on bytes that nobody has read would take the answer away from it. */
    private void linger() {
        if (ended) {
            close();
            return;
        }
        state = State.LINGER;
        in.clear();
        interest(SelectionKey.OP_READ, true);
        limit(LINGER_MS, this::close);
        try {
            channel.shutdownOutput();
        } catch (IOException lost) {
            close();
        }
    }

    private void flush() {
        try {
            while (!out.isEmpty()) {
                channel.write(out.peek());
                if (out.peek().hasRemaining()) {
                    interest(SelectionKey.OP_WRITE, true);
                    return;
                }
                out.remove();
            }
        } catch (IOException lost) {
            close();
            return;
        }
        interest(SelectionKey.OP_WRITE, false);
        if (onTaken != null) {
            Runnable told = onTaken;
            onTaken = null;
            told.run();
        }
    }

    void close() {
        if (state == State.CLOSED) return;
        state = State.CLOSED;
        ended = true;
        limit(0, null);
        out.clear();
        key.cancel();
        try {
            channel.close();
        } catch (IOException lost) {
            // It is closed all the same.
        }
        answerer.closed(this);
        if (onGone != null) gone();
    }

    private void interest(int operation, boolean wanted) {
        if (!key.isValid()) return;
        int before = key.interestOps();
        int now = wanted ? before | operation : before & ~operation;
        if (now != before) key.interestOps(now);
    }

    /** One time limit at a time; null for none. */
    private void limit(long milliseconds, Runnable expired) {
        if (timer != null) timer.cancel();
        timer = expired == null ? null : loop.schedule(milliseconds, expired);
    }
}
