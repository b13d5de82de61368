package dev.procode.agent;

import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT. A shutdown hook alone would see only the first one, so this takes sun.misc.Signal of the module jdk.unsupported; by reflection, because the
 * compiler warns of that class and a trimmed runtime may lack it.
 */
final class Signals {
    private Signals() {
    }

    /** False when this runtime can't do it. */
    static boolean handle(Runnable run) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    run.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> 1;
                default -> "Signals";
            });
            for (String name : new String[] {"TERM", "INT"})
                signal.getMethod("handle", signal, handlerType).invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException missing) {
            return false;
        }
    }
}
