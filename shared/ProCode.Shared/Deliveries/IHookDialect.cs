namespace ProCode.Deliveries;

/// <summary>How a kind of host delivers webhooks. Implementations are stateless and safe for concurrent use; none throws, whatever is sent.</summary>
public interface IHookDialect
{
    /// <summary>Whether the delivery comes from somebody who knows one of the secrets; all are compared, each in constant time.</summary>
    bool IsAuthentic(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time);

    /// <summary>What is the same when the host sends the same delivery again, by itself or because a person asked it to.</summary>
    string IdentityOf(HookRequest request);

    /// <summary>What the delivery reports; a payload that can't be read is an ignored event.</summary>
    HookEvent Read(HookRequest request);
}
