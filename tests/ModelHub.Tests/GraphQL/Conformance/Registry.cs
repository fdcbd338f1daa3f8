using System.Text.Json;
using ModelHub.GraphQL;

namespace ModelHub.Tests.GraphQL.Conformance;

// A small registry in memory, with every kind of type a schema may have.

/// <summary>Anything with an identifier.</summary>
[InterfaceType]
[GraphQLName("Node")]
public interface IThing
{
    [ID]
    string Id { get; }
}

/// <summary>A thing with a name.</summary>
[InterfaceType]
[GraphQLName("Named")]
public interface INamed : IThing
{
    string Name { get; }
}

public enum Stage
{
    None,
    Staging,
    Production,
    [GraphQLDeprecated("use ModelVersion.archivedAt")]
    Archived,
}

[UnionType]
[GraphQLName("SearchResult")]
public interface ISearchResult;

[UnionType]
public abstract record Artifact;

public sealed record FileArtifact(string Path, long Bytes, string? Media) : Artifact;

public sealed record ImageArtifact(string Reference, int Bytes, string[]? Layers) : Artifact;

public sealed record User([property: ID] string Id, string Login, string? DisplayName) : IThing, ISearchResult;

/// <summary>A registered model.</summary>
public sealed class Model : INamed, ISearchResult
{
    [ID]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required User Owner { get; init; }

    public Stage Stage { get; init; }

    public string[] Tags { get; init; } = [];

    public double[]?[]? Metrics { get; init; }

    public double? Score { get; init; }

    public int Downloads { get; init; }

    public long? SizeBytes { get; init; }

    public DateTime CreatedAt { get; init; }

    public JsonElement? Attributes { get; init; }

    [GraphQLDeprecated("use name")]
    public string? LegacyName { get; init; }

    /// <summary>Never null, it says; always null, it is.</summary>
    public string Broken => null!;

    [GraphQLIgnore]
    public List<ModelVersion> All { get; } = [];
}

public sealed class ModelVersion : IThing, ISearchResult
{
    [ID]
    public required string Id { get; init; }

    public int Number { get; init; }

    public Stage Stage { get; init; }

    public string? Digest { get; init; }

    public DateTime CreatedAt { get; init; }

    public required Model Model { get; init; }

    public Artifact[] Artifacts { get; init; } = [];
}

/// <summary>How to find a model.</summary>
[OneOf]
public sealed record ModelLookup([property: ID] string? Id, string? Name, OwnerLookup? Owner);

public sealed record OwnerLookup(string Login, string? Org = "main");

public sealed record LimitsInput(double Memory, int Cpu = 1, bool? Gpu = false, int[][]? Shape = null);

public sealed record CreateModelInput(
    string Name,
    string? Description,
    double? Score,
    LimitsInput? Limits,
    [property: GraphQLDeprecated("gone")] int? Old,
    [property: GraphQLDefault("[]")] string[] Tags,
    Stage Stage = Stage.None);

public sealed record NameTaken(string Name)
{
    public string Message => $"{Name} is taken";

    public string Code => "CONFLICT";
}

public sealed record ModelNotFound(string Message);

internal static class Registry
{
    public static readonly User[] Users = [new("U1", "ada", "Ada"), new("U2", "bob", null)];

    public static readonly List<Model> Models = [.. Enumerable.Range(1, 12).Select(Make)];

    public static IThing? Find(string id) =>
        Models.Find(m => m.Id == id) ?? (IThing?)Models.SelectMany(m => m.All).FirstOrDefault(v => v.Id == id) ?? Users.FirstOrDefault(u => u.Id == id);

    private static Model Make(int i)
    {
        var model = new Model
        {
            Id = $"M{i}",
            Name = $"model-{i}",
            Description = i % 3 == 0 ? null : $"Model number {i} — “quoted” ✓",
            Owner = Users[i % 2],
            Stage = (Stage)(i % 3),
            Tags = i % 2 == 1 ? ["vision", "int8"] : [],
            Metrics = i % 2 == 1 ? [[0.5, i], null, []] : null,
            Score = i / 7.0,
            Downloads = i * 1000,
            SizeBytes = (1L << 33) + i,
            CreatedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Attributes = JsonSerializer.SerializeToElement(new { family = "resnet", depth = i }),
            LegacyName = $"old-{i}",
        };
        model.All.AddRange(Enumerable.Range(1, 4).Select(v => Version(model, i, v)));
        return model;
    }

    private static ModelVersion Version(Model model, int i, int v) => new()
    {
        Id = $"V{i}_{v}",
        Number = v,
        Stage = v == 4 ? Stage.Archived : Stage.None,
        Digest = v % 2 == 1 ? $"sha256:{i}{v}" : null,
        CreatedAt = new DateTime(2026, 2, 3, 0, 0, 0, DateTimeKind.Utc),
        Model = model,
        Artifacts = [new FileArtifact("weights.bin", 5_000_000_000, null), new ImageArtifact($"hub/m{i}:{v}", 1234, ["a", "b"])],
    };
}
