package dev.procode.agent;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values of JSON as the types that a function declares: records of records, lists, maps with text keys, enums, optionals, texts, numbers, booleans. */
final class Records {
    private Records() {
    }

    /** InvalidInput, with the place, for a value that the type can't hold; IllegalArgumentException for a type that is none of the above. */
    static Object read(Object value, Type type) {
        return read(value, type, "");
    }

    /** IllegalArgumentException for a type that {@link #read} doesn't know, so that this shows at start. */
    static void check(Type type) {
        check(type, 0);
    }

    static Object component(Record value, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException wrong) {
            throw new IllegalArgumentException("its component " + component.getName() + " can't be read", wrong);
        }
    }

    private static void check(Type type, int depth) {
        if (depth > 32) return; // A record that holds itself: it has been looked at.
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] parts = generic.getActualTypeArguments();
            if (raw != Map.class && raw != List.class && raw != Optional.class || raw == Map.class && parts[0] != String.class) throw unknown(type);
            check(parts[parts.length - 1], depth + 1);
        } else if (type instanceof Class<?> one && one.isRecord()) {
            for (RecordComponent component : one.getRecordComponents()) check(component.getGenericType(), depth + 8);
        } else if (!(type instanceof Class<?> one && (one.isEnum() || SIMPLE.contains(one)))) {
            throw unknown(type);
        }
    }

    private static final List<Class<?>> SIMPLE = List.of(
        Object.class, String.class, Map.class, List.class, boolean.class, Boolean.class, int.class, Integer.class, long.class, Long.class, double.class, Double.class,
        Number.class, BigInteger.class, BigDecimal.class);

    private static Object read(Object value, Type type, String path) {
        if (type == Object.class) return value;
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (raw == Optional.class) return value == null ? Optional.empty() : Optional.of(read(value, part(type), path));
        if (value == null) {
            if (raw.isPrimitive()) throw misfit(path, "is required");
            return null;
        }
        if (raw.isRecord() && value instanceof Map<?, ?> members) return record(members, raw, path);
        if (raw == Map.class && value instanceof Map<?, ?> members) {
            Map<Object, Object> read = new LinkedHashMap<>();
            members.forEach((name, member) -> read.put(name, read(member, part(type), path + '/' + Schema.escape((String) name))));
            return read;
        }
        if (raw == List.class && value instanceof List<?> items) {
            List<Object> read = new ArrayList<>();
            for (Object item : items) read.add(read(item, part(type), path + '/' + read.size()));
            return read;
        }
        if (raw.isEnum()) {
            for (Object one : raw.getEnumConstants()) if (((Enum<?>) one).name().equals(value)) return one;
            throw misfit(path, "must be one of the known names");
        }
        if (value instanceof Number number && (Number.class.isAssignableFrom(raw) || raw.isPrimitive())) return number(number, raw, path);
        if (raw == String.class && value instanceof String || (raw == boolean.class || raw == Boolean.class) && value instanceof Boolean) return value;
        throw misfit(path, "is of another type");
    }

    private static Object record(Map<?, ?> members, Class<?> type, String path) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int at = 0; at < components.length; at++) {
            types[at] = components[at].getType();
            values[at] = read(members.get(components[at].getName()), components[at].getGenericType(), path + '/' + Schema.escape(components[at].getName()));
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw misfit(path, "is refused by the agent"); // By the record's own constructor.
        } catch (ReflectiveOperationException wrong) {
            throw new IllegalArgumentException("a " + type.getName() + " can't be made", wrong);
        }
    }

    private static Object number(Number value, Class<?> type, String path) {
        try {
            if (type == Number.class) return value;
            if (type == double.class || type == Double.class) return value.doubleValue();
            BigDecimal exact = Schema.exact(value);
            if (type == BigDecimal.class) return exact;
            if (type == BigInteger.class) return exact.toBigIntegerExact();
            if (type == int.class || type == Integer.class) return exact.intValueExact();
            if (type == long.class || type == Long.class) return exact.longValueExact();
        } catch (ArithmeticException | NumberFormatException wrong) {
            throw misfit(path, "is a number that can't be used here");
        }
        throw misfit(path, "is of another type");
    }

    private static Type part(Type type) {
        if (!(type instanceof ParameterizedType generic)) return Object.class;
        Type[] parts = generic.getActualTypeArguments();
        return parts[parts.length - 1];
    }

    private static InvalidInput misfit(String path, String issue) {
        return new InvalidInput(List.of(new InvalidInput.Detail(path, issue)));
    }

    private static IllegalArgumentException unknown(Type type) {
        return new IllegalArgumentException("an input can't be read as " + type.getTypeName());
    }
}
