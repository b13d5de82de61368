package dev.procode.agent;

import java.util.List;

/** An input that breaks the agent's input schema, or that its record can't hold. */
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Detail> details;

    /** One thing that is wrong. The field is a JSON Pointer; empty for the whole input. */
    public record Detail(String field, String issue) {
        String sentence(String whole) {
            return (field.isEmpty() ? whole : field) + ' ' + issue;
        }
    }

    InvalidInput(List<Detail> details) {
        super(String.join("; ", details.stream().map(detail -> detail.sentence("the input")).toList()));
        this.details = details;
    }

    public List<Detail> details() {
        return details;
    }
}
