package dev.procode.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer other than success, by the codes of the contract. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String RETRY_AFTER = "Retry-After: 1\r\n";
    final int status;
    final String code;
    final transient List<InvalidInput.Detail> details;
    /** Header lines, each with its line end. */
    final String headers;

    private Failure(int status, String code, String message, List<InvalidInput.Detail> details, String headers) {
        super(message, null, false, false); // No trace: it is no exception but an answer.
        this.status = status;
        this.code = code;
        this.details = details;
        this.headers = headers;
    }

    Failure(int status, String code, String message) {
        this(status, code, message, null, "");
    }

    String body(String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", code);
        body.put("message", getMessage());
        if (details != null) body.put("details", details);
        body.put("requestId", requestId);
        return Json.write(body);
    }

    /** Whether the connection can't be used any further. */
    boolean closes() {
        return status == 408 || status == 413 || status == 431 || code.equals("BAD_REQUEST");
    }

    static Failure badRequest(String message) {
        return new Failure(400, "BAD_REQUEST", message);
    }

    static Failure invalidInput(InvalidInput wrong) {
        return new Failure(400, "INVALID_INPUT", "The input is not what the agent's schema says.", wrong.details(), "");
    }

    static Failure methodNotAllowed(List<String> methods) {
        String allow = "Allow: " + String.join(", ", methods) + "\r\n";
        return new Failure(405, "METHOD_NOT_ALLOWED", "This path takes " + String.join(" and ", methods) + '.', null, allow);
    }

    static Failure headersTooLarge() {
        return new Failure(431, "HEADERS_TOO_LARGE", "Request line and headers must stay under " + Request.MAX_HEAD + " bytes and " + Request.MAX_HEADERS + " headers.");
    }

    static Failure tooLarge(long limit) {
        return new Failure(413, "BODY_TOO_LARGE", "The body is longer than " + limit + " bytes.");
    }

    static Failure tooSlow() {
        return new Failure(408, "REQUEST_TIMEOUT", "The request was not complete in time.");
    }

    static Failure notReady(String what) {
        return new Failure(503, "NOT_READY", "The agent is " + what + '.', null, RETRY_AFTER);
    }

    static Failure busy() {
        return new Failure(503, "BUSY", "The agent runs as many invocations as it may.", null, RETRY_AFTER);
    }

    static Failure outputTooLarge(long limit) {
        return new Failure(500, "OUTPUT_TOO_LARGE", "The agent's output is longer than " + limit + " bytes; as an event stream it may come piece by piece.");
    }

    static Failure timedOut() {
        return new Failure(504, "TIMED_OUT", "The invocation took longer than its limit.");
    }

    static Failure agentFailed() {
        return new Failure(500, "AGENT_FAILED", "The agent failed; its log has the cause under this request id.");
    }

    static Failure invalidOutput() {
        return new Failure(500, "INVALID_OUTPUT", "The agent's output is not what its schema says; its log has the cause under this request id.");
    }

    /** Nobody sees this one but the log. */
    static Failure callerGone() {
        return new Failure(499, "CALLER_GONE", "The caller closed the connection.");
    }
}
