namespace ModelHub.Console.Graph;

/// <summary>What came back for one operation: the data, a refusal by the domain, or a failure of the way there.</summary>
public abstract record Answer<T>
{
    public sealed record Data(T Value) : Answer<T>;

    public sealed record Refused(Refusal Refusal) : Answer<T>;

    public sealed record Failed(Failure Failure) : Answer<T>;

    public T? ValueOrDefault => this is Data data ? data.Value : default;

    /// <summary>The words to show when there is no data; null when there is.</summary>
    public string? Fault => this switch
    {
        Refused(var refusal) => refusal.Message,
        Failed(var failure) => failure.RequestId is null ? failure.Message : $"{failure.Message} (request {failure.RequestId})",
        _ => null,
    };
}

/// <summary>An expected no, as the schema words it: the name of its type and its message.</summary>
public sealed record Refusal([property: System.Text.Json.Serialization.JsonPropertyName("__typename")] string Kind, string Message);

public enum FailureKind
{
    Unreachable,
    SignedOut,
    NotPermitted,
    Faulty,
}

/// <summary>No answer, or one that is no answer to the question; <c>RequestId</c> finds it in the api's log.</summary>
public sealed record Failure(FailureKind Kind, string Message, string? RequestId = null);

/// <summary>Data of a mutation, which may hold refusals instead of a result.</summary>
internal interface IRefusable
{
    IReadOnlyList<Refusal>? Refusals { get; }
}
