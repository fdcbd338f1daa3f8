using System.Globalization;
using System.Text;

namespace ModelHub.Domain.Bundles;

/// <summary>
/// The block of 512 bytes before each file of a tar archive, in the form of POSIX.1-1988 (ustar). Written by hand because
/// nothing but name and size may differ from one header to the next: no owner, no time, mode 0644.
/// </summary>
public static class UstarHeader
{
    public const int Bytes = 512;

    /// <summary>Eleven octal digits.</summary>
    public const long MostBytes = (1L << 33) - 1;

    private const int NameBytes = 100;
    private const int PrefixBytes = 155;

    public static byte[] Of(string name, long size)
    {
        var header = new byte[Bytes];
        var (prefix, rest) = Split(name) ?? throw new ArgumentException("too long a name", nameof(name));
        Put(header, 0, rest);
        Put(header, 100, "0000644");
        Put(header, 108, "0000000");
        Put(header, 116, "0000000");
        Put(header, 124, Octal(size, 11));
        Put(header, 136, "00000000000");
        Put(header, 148, "        ");
        Put(header, 156, "0");
        Put(header, 257, "ustar\000");
        Put(header, 345, prefix);
        Put(header, 148, Octal(header.Sum(b => (long)b), 6) + "\0 ");
        return header;
    }

    public static bool Takes(string name, long size) => size is >= 0 and <= MostBytes && Split(name) is not null;

    /// <summary>Bytes of zeros behind a file, up to the next block.</summary>
    public static int Padding(long size) => (int)((Bytes - size % Bytes) % Bytes);

    // The longest part that fits the name field, cut at a slash; what stands before it is the prefix.
    private static (string Prefix, string Name)? Split(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= NameBytes)
            return ("", name);
        for (var cut = name.IndexOf('/'); cut > 0; cut = name.IndexOf('/', cut + 1))
            if (Encoding.UTF8.GetByteCount(name.AsSpan(cut + 1)) <= NameBytes)
                return Encoding.UTF8.GetByteCount(name.AsSpan(0, cut)) <= PrefixBytes && cut + 1 < name.Length ? (name[..cut], name[(cut + 1)..]) : null;
        return null;
    }

    private static void Put(byte[] header, int at, string text) => Encoding.UTF8.GetBytes(text, header.AsSpan(at));

    private static string Octal(long number, int digits) => Convert.ToString(number, 8).PadLeft(digits, '0').ToString(CultureInfo.InvariantCulture);
}
