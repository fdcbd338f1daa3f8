using System.Text.Json.Serialization;

namespace ModelHub.Console.Versions;

/// <summary>A file of the browser's machine that the api's store has.</summary>
/// <param name="Size">Bytes.</param>
public sealed record StoredFile(string Name, long Size, string Digest);

/// <summary>What the page's script says of an upload: nothing yet, a digest, or why there is none.</summary>
internal sealed record Told(string? Name, long Size, string? Digest, string? Fault);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Told))]
internal sealed partial class UploadJson : JsonSerializerContext;
