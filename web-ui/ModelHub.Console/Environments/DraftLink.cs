using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace ModelHub.Console.Environments;

/// <summary>A draft in the address of a page, so that a link shows a colleague the same one.</summary>
internal static class DraftLink
{
    /// <summary>Longer addresses are cut off by what lies between a browser and a server.</summary>
    private const int MostCharacters = 4_000;
    private const int MostBytes = 64 << 10;

    /// <summary>Null: it is too long for an address.</summary>
    public static string? Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Encoding.UTF8.GetBytes(text));
        var link = Base64Url.EncodeToString(packed.ToArray());
        return link.Length <= MostCharacters ? link : null;
    }

    /// <summary>Null: nothing that was packed here.</summary>
    public static string? Unpack(string? link)
    {
        if (link is null || !Base64Url.IsValid(link))
            return null;
        try
        {
            using var deflate = new DeflateStream(new MemoryStream(Base64Url.DecodeFromChars(link)), CompressionMode.Decompress);
            var bytes = new byte[MostBytes];
            var read = deflate.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false);
            return read is > 0 and < MostBytes ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, read) : null;
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException)
        {
            return null;
        }
    }
}
