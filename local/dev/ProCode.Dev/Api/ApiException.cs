namespace ProCode.Dev.Api;

/// <summary>The API refused; the message shows its answer.</summary>
public sealed class ApiException(ApiAnswer answer)
    : Exception($"The API answered {(int)answer.Status} {answer.Error}: {answer.Message ?? answer.Body}")
{
    /// <summary>The whole answer.</summary>
    public ApiAnswer Answer { get; } = answer;
}
