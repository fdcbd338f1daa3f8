using ModelHub.GraphQL;

namespace ModelHub.Benchmarks.Engine;

internal enum Stage
{
    None,
    Staging,
    Production,
}

internal sealed record User([property: ID] string Id, string Login);

internal sealed record Version([property: ID] string Id, int Number, Stage Stage, string Digest, double SizeBytes);

internal sealed record Model(
    [property: ID] string Id,
    string Name,
    string? Description,
    string CreatedAt,
    int Downloads,
    double Score,
    Stage Stage,
    string[] Tags,
    User Owner,
    [property: GraphQLIgnore] Version[] All);

/// <summary>The data every server of the comparison holds in memory: 1000 models of 3 versions, 50 owners.</summary>
internal static class Catalog
{
    private static readonly User[] Users = [.. Enumerable.Range(0, 50).Select(u => new User($"u{u}", $"user-{u}"))];

    public static Model[] Models { get; } = [.. Enumerable.Range(1, 1000).Select(Make)];

    private static readonly Dictionary<string, Model> ById = Models.ToDictionary(model => model.Id);

    public static Model? Find(string id) => ById.GetValueOrDefault(id);

    public static IReadOnlyList<T> First<T>(T[] all, int first) => new ArraySegment<T>(all, 0, Math.Min(first, all.Length));

    private static Model Make(int i) => new(
        $"{i}", $"model-{i}", i % 3 == 0 ? null : $"Description of model {i}", "2026-01-02T03:04:05Z", i * 37 % 100_000, i / 8.0, (Stage)(i % 3),
        i % 2 == 1 ? ["vision", "int8"] : ["text"], Users[i % 50],
        [.. Enumerable.Range(1, 3).Select(v => new Version($"{i}-{v}", v, (Stage)(v % 3), $"sha256:{i}{v}", (i * 1_000_000.0) + v))]);
}
