using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

/// <param name="Path">Relative, with forward slashes, without <c>.</c> and <c>..</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Source">Where whoever registered it read it, as they say: an address, possibly with the mark of its content there. Digests are over bytes alone.</param>
public sealed record DataFile(string Path, string Digest, long Size, string? Source = null)
{
    private const int LongestSource = 2_048;

    public static Refusal? Check(IReadOnlyCollection<DataFile> files)
    {
        if (files.Count is 0 or > Limits.FilesPerDataVersion)
            return new InvalidInput("files", $"1 to {Limits.FilesPerDataVersion}");
        if (files.Any(f => !IsRelative(f.Path)))
            return new InvalidInput("files.path", $"a relative path of at most {Limits.ShortText} characters without . and ..");
        if (files.Select(f => Basics.Digest.Parse("files.digest", f.Digest).Refusal).FirstOrDefault(r => r is not null) is { } refusal)
            return refusal;
        if (files.Any(f => f.Source is not null && !IsAddress(f.Source)))
            return new InvalidInput("files.source", $"an address of at most {LongestSource} characters, without user, password or query");
        return files.DistinctBy(f => f.Path).Count() == files.Count ? null : new InvalidInput("files.path", "each path once");
    }

    // Everybody who may read the data version reads it: what opens a door (a password, a signed query) has no place in it.
    private static bool IsAddress(string source) =>
        source.Length <= LongestSource && !source.Any(char.IsControl) && Uri.TryCreate(source, UriKind.Absolute, out var address) && address is { UserInfo: "", Query: "" };

    private static bool IsRelative(string path) =>
        path.Length is > 0 and <= Limits.ShortText
        && path.Split('/').All(part => part is not ("" or "." or ".."))
        && !path.Any(c => c == '\\' || char.IsControl(c));
}

public sealed record Column(string Name, string Type, bool Nullable);
