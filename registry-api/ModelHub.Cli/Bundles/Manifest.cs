using System.Text.Json.Nodes;

namespace ModelHub.Cli.Bundles;

internal sealed record ManifestMember(string Name, long Size, string Digest);

/// <summary>What a bundle says of itself, once its form is right. Whether it is to be believed, the signature tells.</summary>
internal sealed record Manifest(string Model, long Version, string Key, string Entry, string Runtime, IReadOnlyList<ManifestMember> Members)
{
    public const string Name = "manifest.json";
    public const string Signature = "manifest.sig";
    public const string Request = "sample/request.json";
    public const string Answer = "sample/answer.json";
    public const int MostBytes = 4 << 20;

    private const long Format = 1;
    private const int MostMembers = 10_003;
    private const string ModelFolder = "model/";
    private static readonly string[] Always = ["signature.json", Request, Answer];

    public static Manifest Parse(byte[] utf8)
    {
        var json = CanonicalJson.Parse(Name, utf8);
        if (Whole(json, "format") is var format and not Format)
            throw Wrong($"is of format {format}, and this program reads {Format}");
        var manifest = new Manifest(
            Text(json, "model"), Whole(json, "version"), Text(json, "key"), Text(json, "entry"), Text(json["runtime"] as JsonObject ?? throw Wrong("has no 'runtime'"), "version"),
            [.. (json["members"] as JsonArray ?? throw Wrong("has no 'members'")).Select(Member)]);
        manifest.Check();
        return manifest;
    }

    /// <summary>Relative, and below the folder it is unpacked into on any system.</summary>
    public static bool IsSafe(string name) =>
        name.Length is > 0 and <= 256 && name[0] != '/' && !name.Contains('\\') && !name.Contains(':') && !name.Any(char.IsControl)
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    private void Check()
    {
        if (Members.Count > MostMembers)
            throw Wrong($"lists {Members.Count} members, more than {MostMembers}");
        // Two names that differ only in case are one file on some systems.
        var names = new HashSet<string>([Name, Signature], StringComparer.OrdinalIgnoreCase);
        foreach (var member in Members)
        {
            if (!IsSafe(member.Name))
                throw Wrong($"lists the member '{member.Name}', which leads out of the bundle");
            if (!names.Add(member.Name))
                throw Wrong($"lists the member '{member.Name}' twice");
            if (member.Size < 0)
                throw Wrong($"gives the member '{member.Name}' a size below 0");
        }
        if (Always.Append(Entry).FirstOrDefault(name => !names.Contains(name)) is { } missing)
            throw Wrong($"lists no member '{missing}'");
        if (!Entry.StartsWith(ModelFolder, StringComparison.Ordinal))
            throw Wrong($"names the model '{Entry}', which is not below {ModelFolder}");
    }

    private static ManifestMember Member(JsonNode? node) =>
        node is JsonObject member ? new(Text(member, "name"), Whole(member, "size"), Text(member, "digest")) : throw Wrong("has a member that is no object");

    private static string Text(JsonObject json, string field) =>
        json[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong($"has no text '{field}'");

    private static long Whole(JsonObject json, string field) =>
        json[field] is JsonValue value && value.TryGetValue<long>(out var number) ? number : throw Wrong($"has no number '{field}'");

    private static InvalidBundleException Wrong(string what) => new(Name, what);
}
