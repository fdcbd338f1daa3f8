using System.Diagnostics.CodeAnalysis;

using ModelHub.Onnx.Files;

namespace ModelHub.Onnx;

/// <summary>What was asked for, or why not.</summary>
public readonly struct Either<T>
    where T : class
{
    private Either(T? value, ModelRefusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }

    public ModelRefusal? Refusal { get; }

    public static implicit operator Either<T>(T value) => new(value, null);

    public static implicit operator Either<T>(ModelRefusal refusal) => new(null, refusal);

    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        (value, refusal) = (Value, Refusal);
        return value is not null;
    }
}
