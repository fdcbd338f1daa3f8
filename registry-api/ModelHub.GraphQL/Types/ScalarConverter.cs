namespace ModelHub.GraphQL.Types;

/// <summary>A CLR type that travels as a simpler one.</summary>
internal abstract class ScalarConverter
{
    public abstract Type ClrType { get; }

    public abstract Type WireType { get; }

    public required string? Scalar { get; init; }

    public required string? Description { get; init; }

    public required Uri? SpecifiedBy { get; init; }

    /// <summary>The typed function from the CLR type to the wire type.</summary>
    public abstract Delegate Function { get; }

    public abstract object ToWire(object value);

    public abstract object FromWire(object wire);
}

internal sealed class ScalarConverter<T, TWire> : ScalarConverter
    where T : notnull
    where TWire : notnull
{
    private readonly Func<T, TWire> toWire;
    private readonly Func<TWire, T> fromWire;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public ScalarConverter(Func<T, TWire> toWire, Func<TWire, T> fromWire, string? scalar, string? description, Uri? specifiedBy)
    {
        this.toWire = toWire;
        this.fromWire = fromWire;
        Scalar = scalar;
        Description = description;
        SpecifiedBy = specifiedBy;
    }

    public override Type ClrType => typeof(T);

    public override Type WireType => typeof(TWire);

    public override Delegate Function => toWire;

    public override object ToWire(object value) => toWire((T)value);

    public override object FromWire(object wire) => fromWire((TWire)wire);
}
