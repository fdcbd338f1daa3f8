using System.Buffers;
using System.Buffers.Text;

namespace ModelHub.GraphQL.Execution;

/// <summary>Numbers as JSON.</summary>
internal sealed partial class ResponseWriter
{
    private const double Scale = 1_000_000;
    private const double Exactly = 1e15;

    public void Number(int value)
    {
        Ensure(11);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var written);
        length += written;
    }

    public void Number(long value)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var written);
        length += written;
    }

    /// <exception cref="LeafException">The value is not finite.</exception>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
            throw new LeafException("Float cannot represent a number that is not finite.");
        // A quotient of exact integers is rounded once, as a reader of the decimal rounds it; and two decimals of at most
        // 15 digits never share a double. So a number that is millionths comes back from its millionths: 0.125 → 125000.
        var millionths = Math.Round(Math.Abs(value) * Scale);
        if (millionths < Exactly && millionths / Scale == Math.Abs(value))
            Millionths(double.IsNegative(value), (ulong)millionths);
        else
            Formatted(value);
    }

    public void Number(decimal value) => Formatted(value);

    private void Millionths(bool isNegative, ulong millionths)
    {
        Ensure(24);
        if (isNegative)
            buffer[length++] = (byte)'-';
        var (whole, fraction) = Math.DivRem(millionths, (ulong)Scale);
        Utf8Formatter.TryFormat(whole, buffer.AsSpan(length), out var written);
        length += written;
        if (fraction > 0)
            Fraction((int)fraction, new StandardFormat('D', 6));
    }
}
