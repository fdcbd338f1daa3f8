using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace ModelHub.Inference.V2;

/// <summary>
/// Reads a flat array of JSON numbers into floating point, bit for bit as <see cref="System.Text.Json.Utf8JsonReader"/>
/// does and about twice as fast. Up to 18 digits times a power of ten up to 22 are one exact integer and one exact
/// power, so that one division rounds correctly (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990);
/// all else goes to the framework's parser.
/// </summary>
internal static class NumberScan
{
    private const int MostDigits = 18;
    private const ulong ExactDouble = 1UL << 53;
    private const double LargestSingle = 3.4e38;

    // A float keeps 29 bits less than a double; halfway between two of them the direction hangs on what is cut off.
    private const long CutBits = (1L << 29) - 1;
    private const long Halfway = 1L << 28;
    private const long Doubtful = 8;

    private static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <param name="json">begins behind the bracket that opens the array</param>
    /// <returns>where the closing bracket is; -1 when the array is anything but as many numbers as the tensor has elements</returns>
    public static int Fill(ReadOnlySpan<byte> json, Tensor tensor) => tensor.Datatype switch
    {
        Datatype.Fp32 => Singles(json, MemoryMarshal.Cast<byte, float>(tensor.Data)),
        Datatype.Fp64 => Doubles(json, MemoryMarshal.Cast<byte, double>(tensor.Data)),
        _ => -1,
    };

    /// <summary>Reads one element of an array that another follows.</summary>
    /// <returns>behind the comma; -1 when there is something else than a number and a comma</returns>
    public static int Element(ReadOnlySpan<byte> json, int at, out double value)
    {
        var start = at = Blank(json, at);
        if ((at = Scan(json, at, out var number)) < 0 || (!number.TryDouble(out value) && !TrySlow(json[start..at], out value)))
        {
            value = 0;
            return -1;
        }
        return Next(json, at, last: false);
    }

    /// <returns>false for what is not wholly one number that the short way reads exactly</returns>
    public static bool TryShort(ReadOnlySpan<byte> json, out double value)
    {
        value = 0;
        return Scan(json, 0, out var number) == json.Length && number.TryDouble(out value);
    }

    private static int Singles(ReadOnlySpan<byte> json, Span<float> into)
    {
        var at = 0;
        for (var i = 0; i < into.Length; i++)
        {
            var start = at = Blank(json, at);
            if ((at = Scan(json, at, out var number)) < 0)
                return -1;
            if (!number.TrySingle(out into[i]) && !TrySlow(json[start..at], out into[i]))
                return -1;
            if ((at = Next(json, at, last: i == into.Length - 1)) < 0)
                return -1;
        }
        return at;
    }

    private static int Doubles(ReadOnlySpan<byte> json, Span<double> into)
    {
        var at = 0;
        for (var i = 0; i < into.Length; i++)
        {
            var start = at = Blank(json, at);
            if ((at = Scan(json, at, out var number)) < 0)
                return -1;
            if (!number.TryDouble(out into[i]) && !TrySlow(json[start..at], out into[i]))
                return -1;
            if ((at = Next(json, at, last: i == into.Length - 1)) < 0)
                return -1;
        }
        return at;
    }

    private static bool TrySlow(ReadOnlySpan<byte> text, out float value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && float.IsFinite(value);

    private static bool TrySlow(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && double.IsFinite(value);

    private static int Blank(ReadOnlySpan<byte> json, int at)
    {
        while ((uint)at < (uint)json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }

    /// <returns>behind the comma, or at the bracket after the last number; -1 when there is something else</returns>
    private static int Next(ReadOnlySpan<byte> json, int at, bool last)
    {
        at = Blank(json, at);
        if ((uint)at >= (uint)json.Length || json[at] != (last ? (byte)']' : (byte)','))
            return -1;
        return last ? at : at + 1;
    }

    /// <summary>The grammar of RFC 8259: no leading zero, a digit on each side of the point.</summary>
    /// <returns>where the number ends, or -1</returns>
    private static int Scan(ReadOnlySpan<byte> json, int at, out Number number)
    {
        number = default;
        if (number.Negative = (uint)at < (uint)json.Length && json[at] == '-')
            at++;
        var first = at;
        at = Digits(json, at, ref number.Value);
        var digits = at - first;
        if (digits == 0 || (digits > 1 && json[first] == '0'))
            return -1;
        if ((uint)at < (uint)json.Length && json[at] == '.')
        {
            var point = ++at;
            at = Digits(json, at, ref number.Value);
            if (at == point)
                return -1;
            number.Power = point - at;
            digits += at - point;
        }
        number.IsLong = digits > MostDigits;
        return (uint)at < (uint)json.Length && json[at] is (byte)'e' or (byte)'E' ? Exponent(json, at + 1, ref number) : at;
    }

    private static int Exponent(ReadOnlySpan<byte> json, int at, ref Number number)
    {
        var negative = (uint)at < (uint)json.Length && json[at] == '-';
        if (negative || ((uint)at < (uint)json.Length && json[at] == '+'))
            at++;
        var (start, power) = (at, 0UL);
        at = Digits(json, at, ref power);
        if (at == start)
            return -1;
        number.IsLong |= at - start > 4;
        number.Power += negative ? -(int)Math.Min(power, 9999) : (int)Math.Min(power, 9999);
        return at;
    }

    private static int Digits(ReadOnlySpan<byte> json, int at, ref ulong value)
    {
        for (uint digit; (uint)at < (uint)json.Length && (digit = json[at] - (uint)'0') <= 9; at++)
            value = value * 10 + digit;
        return at;
    }

    private struct Number
    {
        public ulong Value;
        public int Power;
        public bool Negative;
        public bool IsLong;

        public readonly bool TryDouble(out double value)
        {
            value = 0;
            return Value <= ExactDouble && TryScale(out value);
        }

        public readonly bool TrySingle(out float value)
        {
            value = 0;
            if (!TryScale(out var wide) || Math.Abs(wide) > LargestSingle)
                return false;
            // Two roundings moved it by less than two places of the double: only close to halfway that can matter.
            var cut = BitConverter.DoubleToInt64Bits(wide) & CutBits;
            if (Math.Abs(cut - Halfway) <= (Value <= ExactDouble ? 0 : Doubtful))
                return false;
            value = (float)wide;
            return true;
        }

        private readonly bool TryScale(out double value)
        {
            value = 0;
            if (Value == 0 && !Negative && !IsLong)
                return true;
            if (IsLong || Value == 0 || Power < -22 || Power > 22)
                return false;
            value = Power < 0 ? (long)Value / Powers[-Power] : (long)Value * Powers[Power];
            value = Negative ? -value : value;
            return true;
        }
    }
}
