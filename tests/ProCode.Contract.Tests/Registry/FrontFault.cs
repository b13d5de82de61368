using Microsoft.AspNetCore.Http;

namespace ProCode.Contract.Tests.Registry;

/// <summary>How a request goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>503 before the registry hears of it.</summary>
    Busy,

    /// <summary>The registry does it, and the connection breaks before its answer.</summary>
    AnswerLost,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    CutOff,

    /// <summary>The connection stays open in the middle of the answer, and nothing more comes.</summary>
    Stalled,

    /// <summary>There are spaces behind the answer.</summary>
    TooLong,

    /// <summary>A part was asked for, and the answer is a shorter one.</summary>
    ShortPart,
}

/// <summary>Lets some requests go wrong.</summary>
/// <param name="after">So many of them go well before.</param>
/// <param name="times">So many go wrong.</param>
/// <param name="bytes">How much of the answer arrives when it is cut off, or when it stalls, or of a short part, or how many spaces there are behind it.</param>
internal sealed class FrontFault(FaultKind kind, string method, int after = 0, int times = 1, int bytes = 0)
{
    private int seen;

    public FaultKind Kind => kind;

    public int Bytes => bytes;

    public bool Applies(HttpRequest request) =>
        request.Method == method && Interlocked.Increment(ref seen) is var number && number > after && number <= after + times;
}
