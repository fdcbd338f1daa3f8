using System.Diagnostics.CodeAnalysis;

namespace ModelHub.Domain.Basics;

/// <summary>A value, or the refusal that took its place. Both convert to it implicitly, so a rule just returns either.</summary>
public readonly record struct Result<T>
    where T : notnull
{
    private readonly T? value;

    private Result(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    /// <summary>The value; asking for it on a refusal is a bug.</summary>
    public T Value => Refusal is null && value is not null
        ? value
        : throw new InvalidOperationException($"Refused: {Refusal?.Message}");

    /// <summary><c>if (result.IsRefused(out var refusal, out var value)) return refusal;</c></summary>
    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? result)
    {
        refusal = Refusal;
        result = value;
        return refusal is not null;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "The conversion is the point; Refusal and Value are the named ways out.")]
    public static implicit operator Result<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "The conversion is the point; Refusal and Value are the named ways out.")]
    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}
