using System.Globalization;
using System.Text;

namespace ModelHub.Cli.Bundles;

/// <summary>
/// A tar archive of which every byte is prescribed: plain files in a known order, nothing in their headers but name and size,
/// zeros behind them. Other readers are lenient, and what they pass over nobody signed.
/// </summary>
internal sealed class StrictTar(Stream file)
{
    private const int Block = 512;
    private readonly byte[] block = new byte[128 * 1024];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Goes to the next member, which must be this one, and tells its size.</summary>
    /// <param name="listed">Whether a member of another name belongs to the bundle at all.</param>
    public long Next(string expected, Func<string, bool> listed)
    {
        if (Header() is not { } header)
            throw new InvalidBundleException(expected, "is missing");
        var name = NameOf(header);
        Check(header, name);
        if (name != expected)
            throw new InvalidBundleException(name, seen.Contains(name) ? "is there twice"
                : listed(name) ? $"stands where {expected} should be: a member was removed or moved"
                : "is not listed in the manifest");
        seen.Add(name);
        var size = SizeOf(header, name);
        if (size > file.Length - file.Position)
            throw new InvalidBundleException(name, $"claims {size} bytes, and the file has only {file.Length - file.Position} left");
        return header.AsSpan().SequenceEqual(TarHeader.Of(name, size)) ? size : throw new InvalidBundleException(name, "has a header that says more than its name and size");
    }

    /// <summary>The bytes of the member, in pieces, then what fills its last block.</summary>
    public void Read(string name, long size, Action<ReadOnlySpan<byte>> take)
    {
        for (var left = size; left > 0;)
        {
            var piece = Fill(name, (int)Math.Min(left, block.Length));
            take(piece);
            left -= piece.Length;
        }
        if (Fill(name, (int)((Block - size % Block) % Block)).ContainsAnyExcept((byte)0))
            throw new InvalidBundleException(name, "has bytes behind its end");
    }

    /// <summary>Nothing may follow but the two empty blocks that end an archive.</summary>
    public void End()
    {
        if (Header() is { } header)
            throw new InvalidBundleException(NameOf(header), seen.Contains(NameOf(header)) ? "is there twice" : "is not listed in the manifest");
        if (Fill("the bundle", Block).ContainsAnyExcept((byte)0) || file.Position != file.Length)
            throw new InvalidBundleException("the bundle", "goes on behind its end");
    }

    /// <summary>Null for an empty block.</summary>
    private byte[]? Header()
    {
        var header = Fill("the bundle", Block).ToArray();
        return header.AsSpan().ContainsAnyExcept((byte)0) ? header : null;
    }

    private ReadOnlySpan<byte> Fill(string name, int bytes)
    {
        if (file.ReadAtLeast(block.AsSpan(0, bytes), bytes, throwOnEndOfStream: false) < bytes)
            throw new InvalidBundleException(name, "is cut off");
        return block.AsSpan(0, bytes);
    }

    private static void Check(byte[] header, string name)
    {
        if (!TarHeader.SumIsRight(header))
            throw new InvalidBundleException(Printable(name), "has a damaged header, or this is no bundle");
        if ((char)header[156] is var type and not '0')
            throw new InvalidBundleException(Printable(name), type is '1' or '2' ? "is a link" : type == '5' ? "is a folder" : $"is of the type '{Printable(type.ToString())}' and no plain file");
        if (!Manifest.IsSafe(name))
            throw new InvalidBundleException(Printable(name), "leads out of the bundle");
    }

    private static string NameOf(byte[] header)
    {
        var (prefix, name) = (Text(header.AsSpan(345, 155)), Text(header.AsSpan(0, 100)));
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static long SizeOf(byte[] header, string name)
    {
        var digits = Text(header.AsSpan(124, 12));
        return digits.Length == 11 && digits.All(digit => digit is >= '0' and <= '7')
            ? Convert.ToInt64(digits, 8)
            : throw new InvalidBundleException(name, string.Create(CultureInfo.InvariantCulture, $"has the size '{Printable(digits)}', which is none"));
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    private static string Printable(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));
}
