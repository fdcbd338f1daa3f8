using System.Security.Cryptography;

namespace ModelHub.Cli.Bundles;

/// <summary>Reads a bundle from its first byte to its last and believes none of them before it has checked them.</summary>
internal static class VerifyBundle
{
    private const int MostSignature = 4096;

    /// <param name="key">Whom to believe; null: whether the bundle agrees with itself is all that is checked.</param>
    /// <param name="unpackTo">An empty folder for the members; null for none.</param>
    /// <exception cref="InvalidBundleException">What is wrong, and where.</exception>
    public static Manifest Run(Stream file, RSA? key, string? unpackTo)
    {
        var tar = new StrictTar(file);
        var bytes = Small(tar, Manifest.Name, Manifest.MostBytes, _ => false);
        var manifest = Manifest.Parse(bytes);
        var names = manifest.Members.Select(member => member.Name).Prepend(Manifest.Signature).ToHashSet(StringComparer.Ordinal);
        var signature = Small(tar, Manifest.Signature, MostSignature, names.Contains);
        if (key is not null)
            Check(manifest, bytes, signature, key);
        foreach (var member in manifest.Members)
            Read(tar, member, names.Contains, unpackTo);
        tar.End();
        return manifest;
    }

    /// <summary>As bundles name it: the first 16 hex digits of the SHA-256 of the public key.</summary>
    public static string NameOf(RSA key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private static void Check(Manifest manifest, byte[] bytes, byte[] signature, RSA key)
    {
        if (manifest.Key != NameOf(key))
            throw new InvalidBundleException(Manifest.Signature, $"is by the key {manifest.Key}, and the key given is {NameOf(key)}");
        if (!key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw new InvalidBundleException(Manifest.Signature, $"is not what the key {manifest.Key} signs this manifest with");
    }

    private static byte[] Small(StrictTar tar, string name, int most, Func<string, bool> listed)
    {
        if (tar.Next(name, listed) is var size && size > most)
            throw new InvalidBundleException(name, $"has {size} bytes, more than {most}");
        using var content = new MemoryStream((int)size);
        tar.Read(name, size, content.Write);
        return content.ToArray();
    }

    private static void Read(StrictTar tar, ManifestMember member, Func<string, bool> listed, string? unpackTo)
    {
        if (tar.Next(member.Name, listed) is var size && size != member.Size)
            throw new InvalidBundleException(member.Name, $"has {size} bytes, and the manifest says {member.Size}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var unpacked = unpackTo is null ? Stream.Null : Create(Path.Combine(unpackTo, member.Name));
        tar.Read(member.Name, size, piece =>
        {
            hash.AppendData(piece);
            unpacked.Write(piece);
        });
        if ("sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset()) is var digest && digest != member.Digest)
            throw new InvalidBundleException(member.Name, $"has the digest {digest}, and the manifest says {member.Digest}");
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
    }
}
