package dev.procode.agent;

/** An output that breaks the agent's output schema, or can't be written as JSON. */
public final class InvalidOutput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidOutput(String message) {
        super(message);
    }
}
