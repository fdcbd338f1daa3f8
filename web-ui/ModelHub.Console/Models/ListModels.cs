using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Models;

internal static class ListModels
{
    public static readonly Operation<ListModelsVariables, ListModelsData> Operation = new(
        "ListModels",
        Documents.ListModels,
        GraphJson.Default.GraphRequestListModelsVariables,
        GraphJson.Default.GraphResponseListModelsData);
}

internal sealed record ListModelsVariables(int? First, string? After, int? Last, string? Before, ModelFilter? Where);

internal sealed record ModelFilter(TextFilter? Name = null, TextFilter? Owner = null, TagsFilter? Tags = null);

internal sealed record TextFilter(string? Eq = null, string? Contains = null, string? StartsWith = null)
{
    public static TextFilter? Exactly(string? text) => text is null ? null : new TextFilter(text);
}

internal sealed record WholeNumberFilter(int Eq);

/// <summary>Things of which one tag at least is so.</summary>
internal sealed record TagsFilter(TagFilter Some);

internal sealed record TagFilter(TextFilter Key, TextFilter? Value);

public sealed record ListModelsData(Connection<ModelRow> Models);

public sealed record ModelRow(
    string Name, string? Description, string? Owner, DateTimeOffset UpdatedAt, IReadOnlyList<Tag> Tags,
    ModelRowVersion? LatestVersion, IReadOnlyList<ModelAlias> Aliases, IReadOnlyList<ModelRowEndpoint> Endpoints);

public sealed record ModelRowVersion(int Number, string State, DateTimeOffset CreatedAt);

public sealed record ModelRowEndpoint([property: JsonConverter(typeof(NameOf))] string Environment, ModelRowVariant? Primary);

public sealed record ModelRowVariant([property: JsonConverter(typeof(NumberOf))] int Version);

public sealed record ModelAlias(string Name, VersionNumber Version);
