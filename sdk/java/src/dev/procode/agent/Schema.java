package dev.procode.agent;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The contract's subset of JSON Schema: small enough to mean the same in every language. */
final class Schema {
    private static final int MAX_DETAILS = 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NAME = 100;
    private static final Predicate<Object> TEXT = String.class::isInstance;
    private static final Predicate<Object> TEXTS = value -> value instanceof List<?> items && items.stream().allMatch(TEXT);
    private static final Predicate<Object> COUNT = value -> isInteger(value) && exact((Number) value).signum() >= 0;
    private static final Set<String> TYPES = Set.of("null", "boolean", "integer", "number", "string", "array", "object");

    // What each keyword can have, where nested schemas are looked at apart. The last six say something and check nothing.
    private static final Map<String, Predicate<Object>> KEYWORDS = Map.ofEntries(
        Map.entry("type", value -> isType(value) || value instanceof List<?> all && !all.isEmpty() && all.stream().allMatch(Schema::isType)),
        Map.entry("properties", Map.class::isInstance), Map.entry("required", TEXTS), Map.entry("additionalProperties", Boolean.class::isInstance),
        Map.entry("items", Map.class::isInstance), Map.entry("enum", value -> value instanceof List<?> all && !all.isEmpty()), Map.entry("const", value -> true),
        Map.entry("minimum", Schema::isNumber), Map.entry("maximum", Schema::isNumber), Map.entry("minLength", COUNT), Map.entry("maxLength", COUNT),
        Map.entry("minItems", COUNT), Map.entry("maxItems", COUNT),
        Map.entry("title", TEXT), Map.entry("description", TEXT), Map.entry("format", TEXT), Map.entry("$schema", TEXT), Map.entry("default", value -> true),
        Map.entry("examples", List.class::isInstance));

    private Schema() {
    }

    /** The schema of a text; IllegalArgumentException, saying where and why, for what is outside the subset. */
    static Map<String, Object> of(String text) {
        Object schema = Json.parse(text);
        check(schema, "", 0);
        Json.write(schema); // 1e400 is a number that can't be written.
        return object(schema);
    }

    private static void check(Object value, String path, int depth) {
        if (!(value instanceof Map<?, ?>)) throw new IllegalArgumentException((path.isEmpty() ? "the schema" : path) + " must be an object");
        if (depth > MAX_DEPTH) throw new IllegalArgumentException(path + " is nested deeper than " + MAX_DEPTH + " schemas");
        Map<String, Object> schema = object(value);
        schema.forEach((keyword, one) -> {
            Predicate<Object> rule = KEYWORDS.get(keyword);
            if (rule == null) throw new IllegalArgumentException(path + '/' + keyword + " is not a keyword of the supported subset");
            if (!rule.test(one)) throw new IllegalArgumentException(path + '/' + keyword + " has a value that it can't have");
        });
        if (schema.containsKey("properties"))
            object(schema.get("properties")).forEach((name, one) -> check(one, path + "/properties/" + name, depth + 1));
        if (schema.containsKey("items")) check(schema.get("items"), path + "/items", depth + 1);
    }

    /** Equality of JSON: 1 is 1.0. */
    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) return exact((Number) left).compareTo(exact((Number) right)) == 0;
        if (left instanceof List<?> some && right instanceof List<?> others) {
            if (some.size() != others.size()) return false;
            for (int at = 0; at < some.size(); at++) if (!equal(some.get(at), others.get(at))) return false;
            return true;
        }
        if (left instanceof Map<?, ?> some && right instanceof Map<?, ?> others)
            return some.keySet().equals(others.keySet()) && some.entrySet().stream().allMatch(one -> equal(one.getValue(), others.get(one.getKey())));
        return left == null ? right == null : !(left instanceof Number) && left.equals(right);
    }

    /** What is wrong with a value, at most 20 things; never by repeating what it holds. Depth is bounded by the schema's own. */
    static List<InvalidInput.Detail> validate(Map<String, Object> schema, Object value) {
        Found found = new Found(new ArrayList<>());
        look(schema, value, "", found);
        return found.details;
    }

    private record Found(List<InvalidInput.Detail> details) {
        void add(String field, String issue) {
            if (!full()) details.add(new InvalidInput.Detail(field, issue));
        }

        boolean full() {
            return details.size() >= MAX_DETAILS;
        }
    }

    private static void look(Map<String, Object> schema, Object value, String path, Found found) {
        Object given = schema.get("type");
        if (given != null) {
            List<?> types = given instanceof List<?> several ? several : List.of(given);
            if (types.stream().noneMatch(type -> isOf((String) type, value))) {
                found.add(path, "must be of type " + String.join(" or ", types.stream().map(String.class::cast).toList()));
                return;
            }
        }
        if (schema.get("enum") instanceof List<?> all && all.stream().noneMatch(one -> equal(one, value))) {
            found.add(path, "must be one of the values of the schema's enum");
        } else if (schema.containsKey("const") && !equal(schema.get("const"), value)) {
            found.add(path, "must be the value of the schema's const");
        } else if (isNumber(value)) {
            if (schema.get("minimum") instanceof Number least && exact((Number) value).compareTo(exact(least)) < 0) found.add(path, "must be at least " + least);
            if (schema.get("maximum") instanceof Number most && exact((Number) value).compareTo(exact(most)) > 0) found.add(path, "must be at most " + most);
        } else if (value instanceof String text) {
            checkLength(schema, text.codePointCount(0, text.length()), "Length", "characters", path, found);
        } else if (value instanceof List<?> items) {
            checkLength(schema, items.size(), "Items", "items", path, found);
            if (schema.containsKey("items"))
                for (int at = 0; at < items.size() && !found.full(); at++) look(object(schema.get("items")), items.get(at), path + '/' + at, found);
        } else if (value instanceof Map<?, ?>) {
            lookAtObject(schema, object(value), path, found);
        }
    }

    private static void checkLength(Map<String, Object> schema, int length, String keyword, String what, String path, Found found) {
        if (schema.get("min" + keyword) instanceof Number least && length < least.doubleValue())
            found.add(path, "must have at least " + least + ' ' + what);
        if (schema.get("max" + keyword) instanceof Number most && length > most.doubleValue())
            found.add(path, "must have at most " + most + ' ' + what);
    }

    private static void lookAtObject(Map<String, Object> schema, Map<String, Object> value, String path, Found found) {
        if (schema.get("required") instanceof List<?> names)
            for (Object name : names) if (!value.containsKey((String) name)) found.add(path + '/' + escape((String) name), "is required");
        Map<String, Object> properties = schema.containsKey("properties") ? object(schema.get("properties")) : Map.of();
        for (Map.Entry<String, Object> member : value.entrySet()) {
            if (found.full()) return;
            Object property = properties.get(member.getKey());
            if (property != null) look(object(property), member.getValue(), path + '/' + escape(member.getKey()), found);
            else if (Boolean.FALSE.equals(schema.get("additionalProperties"))) found.add(path + '/' + escape(member.getKey()), "is not a known property");
        }
    }

    /** A name as a step of a JSON Pointer, cut to 100 characters. */
    static String escape(String name) {
        return (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name).replace("~", "~0").replace("/", "~1");
    }

    /** NumberFormatException for NaN and infinities. */
    static BigDecimal exact(Number number) {
        if (number instanceof Long one) return BigDecimal.valueOf(one);
        if (number instanceof BigInteger one) return new BigDecimal(one);
        if (number instanceof Double one) return new BigDecimal(one);
        return new BigDecimal(number.toString());
    }

    private static boolean isOf(String type, Object value) {
        return switch (type) {
            case "null" -> value == null;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> isInteger(value);
            case "number" -> isNumber(value);
            case "string" -> value instanceof String;
            case "array" -> value instanceof List<?>;
            default -> value instanceof Map<?, ?>;
        };
    }

    private static boolean isType(Object value) {
        return value instanceof String name && TYPES.contains(name);
    }

    private static boolean isNumber(Object value) {
        return value instanceof Number number && !(number instanceof Double one && !Double.isFinite(one));
    }

    private static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Double one && Double.isFinite(one) && one == Math.rint(one);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
