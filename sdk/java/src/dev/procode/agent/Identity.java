package dev.procode.agent;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who a request is: its id and its place in a trace. The tracestate may be null. */
record Identity(String requestId, String traceId, String spanId, boolean sampled, String tracestate) {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern TRACEPARENT = Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[ -~]*)?");
    private static final Pattern ZEROS = Pattern.compile("0+");
    private static final int MAX_STATE = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();

    String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }

    /** From the values of the three headers; whatever is missing or wrong is made anew. */
    static Identity of(List<String> requestIds, List<String> traceparents, List<String> tracestates) {
        String requestId = requestIds.size() == 1 && REQUEST_ID.matcher(requestIds.get(0)).matches() ? requestIds.get(0) : random(16);
        Matcher match = TRACEPARENT.matcher(traceparents.size() == 1 ? traceparents.get(0) : "");
        if (!match.matches() || match.group(1).equals("ff") || match.group(1).equals("00") && match.group(5) != null
            || ZEROS.matcher(match.group(2)).matches() || ZEROS.matcher(match.group(3)).matches()) {
            return new Identity(requestId, random(16), random(8), false, null);
        }
        String state = String.join(",", tracestates);
        boolean sampled = (Integer.parseInt(match.group(4), 16) & 1) == 1;
        return new Identity(requestId, match.group(2), random(8), sampled, state.isEmpty() || state.length() > MAX_STATE ? null : state);
    }

    static Identity fresh() {
        return of(List.of(), List.of(), List.of());
    }

    /** Never only zeros. */
    private static String random(int length) {
        byte[] bytes = new byte[length];
        do RANDOM.nextBytes(bytes);
        while (bytes[0] == 0);
        return HexFormat.of().formatHex(bytes);
    }
}
