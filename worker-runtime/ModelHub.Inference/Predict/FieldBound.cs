using System.Globalization;
using System.Text;

namespace ModelHub.Inference.Predict;

/// <summary>What one field had in the data: numbers from here to there, or these texts.</summary>
internal abstract record FieldBound(Field Field)
{
    private const int TextShown = 60;

    /// <returns>null when nothing is known of it</returns>
    public static FieldBound? Of(Field field, Datatype datatype, SeenValues? seen) => (datatype, seen) switch
    {
        (Datatype.Bytes, { AreAll: true, Texts.Length: > 0 }) => new OneOf(field, [.. seen.Texts.Select(Encoding.UTF8.GetBytes)], string.Join(", ", seen.Texts)),
        (Datatype.Bytes or Datatype.Bool, _) => null,
        // A number of fewer digits than the data's must not look larger than the largest: both are rounded alike.
        (Datatype.Fp32, { Min: { } min, Max: { } max }) => new Between(field, (float)min, (float)max, Range(min, max)),
        (_, { Min: { } min, Max: { } max }) => new Between(field, min, max, Range(min, max)),
        _ => null,
    };

    /// <summary>What the data had, in words.</summary>
    public abstract string Expected { get; }

    public abstract bool Holds(Tensor tensor, int element);

    public abstract string Shown(Tensor tensor, int element);

    private static string Range(double min, double max) => string.Create(CultureInfo.InvariantCulture, $"{min:R} to {max:R}");

    private sealed record Between(Field Field, double Min, double Max, string Expected) : FieldBound(Field)
    {
        public override string Expected { get; } = Expected;

        public override bool Holds(Tensor tensor, int element) => ElementNumber.Read(tensor, element) is var value && !(value < Min || value > Max);

        public override string Shown(Tensor tensor, int element) => ElementNumber.Read(tensor, element) is var value && tensor.Datatype == Datatype.Fp32
            ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private sealed record OneOf(Field Field, byte[][] Texts, string Expected) : FieldBound(Field)
    {
        public override string Expected { get; } = Expected;

        public override bool Holds(Tensor tensor, int element)
        {
            var given = Given(tensor, element);
            foreach (var text in Texts)
                if (given.SequenceEqual(text))
                    return true;
            return false;
        }

        public override string Shown(Tensor tensor, int element)
        {
            var given = Encoding.UTF8.GetString(Given(tensor, element));
            return RequestFault.Quote(given.Length <= TextShown ? given : given[..TextShown] + "…");
        }

        private static ReadOnlySpan<byte> Given(Tensor tensor, int element)
        {
            var (start, length) = tensor.Pieces[element];
            return tensor.Memory.AsSpan(start, length);
        }
    }
}
