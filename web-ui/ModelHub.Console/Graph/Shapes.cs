using System.Text.Json.Serialization;
namespace ModelHub.Console.Graph;

// Small shapes that several questions share.
public sealed record Tag(string Key, string Value);

public sealed record VersionRef([property: JsonConverter(typeof(NameOf))] string Model, int Number);

public sealed record VersionNumber(int Number);

public sealed record DataVersionRef([property: JsonConverter(typeof(NameOf))] string Dataset, int Number);

public sealed record NameOnly(string Name);

public sealed record IdOnly(string Id);

public sealed record TotalOnly(long? TotalCount);

public sealed record Nodes<T>(IReadOnlyList<T> Items)
{
    // The field is called as the connection calls it; a record may not have a member of its own name.
    [System.Text.Json.Serialization.JsonPropertyName("nodes")]
    public IReadOnlyList<T> Items { get; init; } = Items;
}

public sealed record Metric(string Name, double? Value);

public sealed record Parameter(string Name, string? Value);
