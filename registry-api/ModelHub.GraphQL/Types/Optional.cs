namespace ModelHub.GraphQL;

/// <summary>A value of an input that tells "not given" from null; for partial updates.</summary>
public readonly record struct Optional<T>
{
    public Optional(T value) => (Value, HasValue) = (value, true);

    public T? Value { get; }

    public bool HasValue { get; }

    public static implicit operator Optional<T>(T value) => new(value);
}
