using System.Collections;
using System.Diagnostics;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>The context of one invocation, together with what its trigger handed over.</summary>
internal sealed class LocalFunctionContext(
    FunctionMethod function, FunctionBody body, IServiceProvider services, object trigger, IReadOnlyDictionary<string, object?> bindingData,
    CancellationToken cancellation) : FunctionContext
{
    private Dictionary<object, object>? _items;
    private LocalInvocationFeatures? _features;
    private string? _invocationId;

    public FunctionBody Body => body;

    /// <summary>What the trigger handed over: each kind of trigger has a type of its own.</summary>
    public object Trigger => trigger;

    public object? Result { get; set; }

    public InvocationResult InvocationResult => field ??= new LocalInvocationResult(this);

    public override string InvocationId => _invocationId ??= Guid.NewGuid().ToString();

    public override string FunctionId => function.Id;

    public override TraceContext TraceContext => field ??= new LocalTraceContext(Activity.Current);

    public override BindingContext BindingContext => field ??= new LocalBindingContext(bindingData);

    public override RetryContext RetryContext => LocalRetryContext.Never;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => function;

    public override IDictionary<object, object> Items
    {
        get => _items ??= [];
        set => _items = new Dictionary<object, object>(value);
    }

    public override IInvocationFeatures Features => _features ??= new LocalInvocationFeatures();

    public override CancellationToken CancellationToken => cancellation;

    /// <summary>An item, without making the collection when there is none.</summary>
    public object? Item(object key) => _items is not null && _items.TryGetValue(key, out var item) ? item : null;

    public static LocalFunctionContext Of(FunctionContext context) =>
        context as LocalFunctionContext ?? throw new InvalidOperationException("This context does not come from the worker.");
}

/// <inheritdoc />
internal sealed class LocalInvocationResult(LocalFunctionContext context) : InvocationResult
{
    public override object? Value { get => context.Result; set => context.Result = value; }
}

/// <inheritdoc />
internal sealed class LocalInvocationResult<T>(LocalFunctionContext context) : InvocationResult<T>
{
    public override T? Value
    {
        get => context.Result switch
        {
            null => default,
            T value => value,
            var other => throw new InvalidOperationException($"The result is a {other.GetType()}, not a {typeof(T)}."),
        };
        set => context.Result = value;
    }
}

/// <inheritdoc />
internal sealed class LocalBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => data;
}

/// <inheritdoc />
internal sealed class LocalTraceContext(Activity? activity) : TraceContext
{
    public override string TraceParent => activity?.Id ?? "";

    public override string TraceState => activity?.TraceStateString ?? "";
}

/// <summary>The local host retries no invocation: durable retry policies are the orchestrator's.</summary>
internal sealed class LocalRetryContext : RetryContext
{
    public static readonly LocalRetryContext Never = new();

    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}

/// <inheritdoc />
internal sealed class LocalInvocationFeatures : IInvocationFeatures
{
    private readonly Dictionary<Type, object> _features = [];

    public void Set<T>(T instance) => _features[typeof(T)] = instance ?? throw new ArgumentNullException(nameof(instance));

    public T? Get<T>() => _features.TryGetValue(typeof(T), out var instance) ? (T)instance : default;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
