using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

/// <param name="Path">Relative, with forward slashes, without <c>.</c> and <c>..</c>.</param>
/// <param name="Size">Bytes.</param>
public sealed record DataFile(string Path, string Digest, long Size)
{
    public static Refusal? Check(IReadOnlyCollection<DataFile> files)
    {
        if (files.Count is 0 or > Limits.FilesPerDataVersion)
            return new InvalidInput("files", $"1 to {Limits.FilesPerDataVersion}");
        if (files.Any(f => !IsRelative(f.Path)))
            return new InvalidInput("files.path", $"a relative path of at most {Limits.ShortText} characters without . and ..");
        if (files.Select(f => Basics.Digest.Parse("files.digest", f.Digest).Refusal).FirstOrDefault(r => r is not null) is { } refusal)
            return refusal;
        return files.DistinctBy(f => f.Path).Count() == files.Count ? null : new InvalidInput("files.path", "each path once");
    }

    private static bool IsRelative(string path) =>
        path.Length is > 0 and <= Limits.ShortText
        && path.Split('/').All(part => part is not ("" or "." or ".."))
        && !path.Any(c => c == '\\' || char.IsControl(c));
}

public sealed record Column(string Name, string Type, bool Nullable);
