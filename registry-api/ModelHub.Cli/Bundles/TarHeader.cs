using System.Text;

namespace ModelHub.Cli.Bundles;

/// <summary>The header that a member of a bundle must have: ustar of POSIX.1-1988, without owner or time.</summary>
internal static class TarHeader
{
    private const int Bytes = 512;
    private const int NameBytes = 100;
    private const int SumAt = 148;
    private const int SumBytes = 8;

    public static byte[] Of(string name, long size)
    {
        var header = new byte[Bytes];
        // A long name is cut at the first slash behind which the rest fits.
        var cut = Encoding.UTF8.GetByteCount(name) <= NameBytes ? -1 : name.IndexOf('/');
        while (cut >= 0 && Encoding.UTF8.GetByteCount(name.AsSpan(cut + 1)) > NameBytes)
            cut = name.IndexOf('/', cut + 1);
        Encoding.UTF8.TryGetBytes(name.AsSpan(cut + 1), header.AsSpan(0, NameBytes), out _);
        "0000644\00000000\00000000\0"u8.CopyTo(header.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124, 11));
        "00000000000"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)'0';
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        Encoding.UTF8.TryGetBytes(cut < 0 ? "" : name.AsSpan(0, cut), header.AsSpan(345, 155), out _);
        Encoding.ASCII.GetBytes(Convert.ToString(Sum(header), 8).PadLeft(6, '0') + "\0 ", header.AsSpan(SumAt, SumBytes));
        return header;
    }

    public static bool SumIsRight(byte[] header) =>
        Encoding.ASCII.GetString(header, SumAt, SumBytes) == Convert.ToString(Sum(header), 8).PadLeft(6, '0') + "\0 ";

    // The field of the sum itself counts as blanks.
    private static long Sum(byte[] header) => header.Sum(one => (long)one) - header.AsSpan(SumAt, SumBytes).ToArray().Sum(one => (long)one) + SumBytes * ' ';
}
