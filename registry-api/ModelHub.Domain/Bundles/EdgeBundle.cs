using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Domain.Models;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Bundles;

/// <param name="Content">Null where the bytes lie in the artifact store under the digest.</param>
public sealed record BundleMember(string Name, long Size, string Digest, byte[]? Content = null)
{
    public static BundleMember Of(string name, byte[] content) => new(name, content.Length, Basics.Digest.Of(content).Value, content);
}

/// <summary>
/// What a version takes along to where no registry is: a manifest, its signature, and the members whose digests it lists, in
/// this order. It follows from the version and the key alone, never from the time or place of the export.
/// </summary>
public sealed record EdgeBundle(byte[] Manifest, IReadOnlyList<BundleMember> Members)
{
    public const int Format = 1;
    public const string ManifestName = "manifest.json";
    public const string SignatureName = "manifest.sig";
    public const string ModelFolder = "model/";

    /// <param name="model">The name of the version's model.</param>
    /// <param name="key">The name of the key that is going to sign it.</param>
    public static EdgeBundle Of(string model, Version version, ModelSample sample, string key)
    {
        List<BundleMember> members =
        [
            BundleMember.Of("signature.json", CanonicalJson.Of(Signature(version.Signature!))),
            new("sample/request.json", sample.RequestSize, sample.RequestDigest),
            new("sample/answer.json", sample.AnswerSize, sample.AnswerDigest),
            .. version.Files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => new BundleMember(ModelFolder + file.Path, file.Size, file.Digest)),
        ];
        return new EdgeBundle(CanonicalJson.Of(ManifestOf(model, version, sample, key, members)), members);
    }

    private static JsonObject ManifestOf(string model, Version version, ModelSample sample, string key, List<BundleMember> members) => new()
    {
        ["format"] = Format,
        ["model"] = model,
        ["version"] = version.Number,
        ["created"] = version.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["artifact"] = version.Digest,
        ["framework"] = version.Format,
        ["runtime"] = new JsonObject { ["name"] = "onnxruntime", ["version"] = sample.Runtime },
        ["entry"] = ModelFolder + sample.Entry,
        ["key"] = key,
        ["lineage"] = Lineage(version),
        ["members"] = new JsonArray([.. members.Select(member => new JsonObject { ["name"] = member.Name, ["size"] = member.Size, ["digest"] = member.Digest })]),
    };

    // Ids only: whoever gets the bundle need not be allowed to know the names.
    private static JsonObject Lineage(Version version)
    {
        var lineage = new JsonObject
        {
            ["version"] = Text(version.Id.Value),
            ["data"] = new JsonArray([.. version.DataVersions.Select(used => Text(used.DataVersionId.Value)).Order(StringComparer.Ordinal)]),
        };
        if (version.ParentId is { } parent)
            lineage["parent"] = Text(parent.Value);
        if (version.TrainingRunId is { } run)
            lineage["trainingRun"] = Text(run.Value);
        if (version.Commit is { } commit)
            lineage["commit"] = commit;
        return lineage;
    }

    private static JsonObject Signature(Signature signature) =>
        new() { ["inputs"] = new JsonArray([.. signature.Inputs.Select(Tensor)]), ["outputs"] = new JsonArray([.. signature.Outputs.Select(Tensor)]) };

    private static JsonObject Tensor(TensorSpec spec)
    {
        var tensor = new JsonObject { ["name"] = spec.Name, ["datatype"] = spec.Datatype, ["shape"] = new JsonArray([.. spec.Shape.Select(size => JsonValue.Create(size))]) };
        if (spec.Labels is { } labels)
            tensor["labels"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]);
        return tensor;
    }

    private static string Text(Guid id) => id.ToString("D");
}
