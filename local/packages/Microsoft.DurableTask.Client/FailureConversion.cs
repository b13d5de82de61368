using System.Diagnostics.CodeAnalysis;
using ProCode.Local.Durable;

namespace Microsoft.DurableTask.Client;

/// <summary>Failures as the engine records them and as callers see them.</summary>
internal static class FailureConversion
{
    [return: NotNullIfNotNull(nameof(failure))]
    public static TaskFailureDetails? ToDetails(TaskFailure? failure) => failure is null
        ? null
        : new(failure.Type, failure.Message, failure.StackTrace, ToDetails(failure.Inner), null) { IsNonRetriable = failure.IsNonRetriable };

    [return: NotNullIfNotNull(nameof(details))]
    public static TaskFailure? ToFailure(TaskFailureDetails? details) => details is null
        ? null
        : new(details.ErrorType, details.ErrorMessage, details.StackTrace, ToFailure(details.InnerFailure))
        {
            IsNonRetriable = details.IsNonRetriable,
        };
}
