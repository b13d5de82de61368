package dev.procode.agent;

/** Where a streaming agent's function puts its values. Used by the function's own thread. */
@FunctionalInterface
public interface Emitter {
    /**
     * Sends one value on, and waits while the caller doesn't take what was sent. InterruptedException when the invocation is cancelled: let it through,
     * with tidying up in <code>finally</code>. InvalidOutput for a value that breaks the output schema.
     */
    void send(Object value) throws InterruptedException;
}
