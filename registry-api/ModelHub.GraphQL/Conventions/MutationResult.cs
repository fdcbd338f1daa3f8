namespace ModelHub.GraphQL;

/// <summary>A value or a refusal; what a mutation may return.</summary>
public interface IMutationResult
{
    /// <summary>The result; null when refused.</summary>
    object? Value { get; }

    /// <summary>Why it was refused; its type should be declared by <c>[Error]</c>. Null when it was done.</summary>
    object? Refusal { get; }
}

/// <summary>
/// A value or a refusal, made by returning either: <c>return promotion;</c> or <c>return new GatesUnmet(gates);</c>.
/// </summary>
/// <typeparam name="T">The result; the payload's field.</typeparam>
/// <typeparam name="TRefusal">The base class of the refusals.</typeparam>
public readonly struct MutationResult<T, TRefusal> : IMutationResult
    where TRefusal : class
{
    private readonly T? value;
    private readonly TRefusal? refusal;

    private MutationResult(T? value, TRefusal? refusal) => (this.value, this.refusal) = (value, refusal);

    object? IMutationResult.Value => value;

    object? IMutationResult.Refusal => refusal;

    public static implicit operator MutationResult<T, TRefusal>(T value) => new(value, null);

    public static implicit operator MutationResult<T, TRefusal>(TRefusal refusal) => new(default, refusal);
}
