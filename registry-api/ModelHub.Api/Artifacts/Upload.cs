using System.Text.Json;

namespace ModelHub.Api.Artifacts;

/// <summary>What was promised when an upload began; kept beside its bytes so that it survives a restart.</summary>
/// <param name="Size">Bytes that will come.</param>
/// <param name="Digest">Hex of the SHA-256 they shall have, when the caller knows it.</param>
/// <param name="Owner">The only caller who may go on with it.</param>
internal sealed record Upload(string Id, long Size, string? Digest, string Owner)
{
    public static string BytesPath(string folder, string id) => Path.Combine(folder, id + ".part");

    /// <summary>Where the bytes lie while the store takes them; nobody appends to them there.</summary>
    public static string WholePath(string folder, string id) => Path.Combine(folder, id + ".whole");

    public static string TermsPath(string folder, string id) => Path.Combine(folder, id + ".json");

    public static bool IsId(string id) => ArtifactNames.IsHex(id, 32);

    public async Task SaveAsync(string folder, CancellationToken ct)
    {
        await File.Create(BytesPath(folder, Id)).DisposeAsync();
        await File.WriteAllBytesAsync(TermsPath(folder, Id), JsonSerializer.SerializeToUtf8Bytes(this), ct);
    }

    /// <summary>Null when there is none.</summary>
    public static async Task<Upload?> LoadAsync(string folder, string id, CancellationToken ct)
    {
        try
        {
            return IsId(id) ? JsonSerializer.Deserialize<Upload>(await File.ReadAllBytesAsync(TermsPath(folder, id), ct)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
