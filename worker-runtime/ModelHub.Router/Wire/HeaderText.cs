using System.Text;

namespace ModelHub.Router.Wire;

/// <summary>The text of header values that come again and again, made once for each of the last few.</summary>
internal static class HeaderText
{
    private const int Kept = 64;
    private static readonly string?[] texts = new string?[Kept];

    public static string Of(ReadOnlySpan<byte> value)
    {
        var hash = new HashCode();
        hash.AddBytes(value);
        ref var place = ref texts[(uint)hash.ToHashCode() % Kept];
        var known = Volatile.Read(ref place);
        if (known is not null && Ascii.Equals(value, known))
            return known;
        var text = Encoding.Latin1.GetString(value);
        Volatile.Write(ref place, text);
        return text;
    }
}
