package dev.procode.agent;

import java.util.regex.Pattern;

/** Thrown by an agent's function to refuse its input on purpose: 422 with this code and message, which the caller sees. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private final String code;

    /** The code is 1-64 capital letters, digits and underscores, and begins with a letter; anything else is an IllegalArgumentException. */
    public Refusal(String code, String message) {
        super(message);
        if (!CODE.matcher(code).matches()) throw new IllegalArgumentException("a code is 1-64 capital letters, digits and underscores, and begins with a letter");
        this.code = code;
    }

    public String code() {
        return code;
    }
}
