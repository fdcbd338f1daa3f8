using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Models;

internal static class ReadModel
{
    public static readonly Operation<ReadModelVariables, ReadModelData> Operation = new(
        "ReadModel",
        Documents.ReadModel,
        GraphJson.Default.GraphRequestReadModelVariables,
        GraphJson.Default.GraphResponseReadModelData);
}

internal sealed record ReadModelVariables(string Name, int? First, string? After, int? Last, string? Before, VersionFilter? Where);

internal sealed record VersionFilter(StateFilter? State)
{
    public static VersionFilter? Of(string? state) => state is null ? null : new(new StateFilter(Eq: state));
}

internal sealed record StateFilter(string? Eq = null, IReadOnlyList<string>? In = null);

public sealed record ReadModelData(ModelDetail? Model);

public sealed record ModelDetail(
    string Id, string Name, string? Description, string? Owner, string? Card, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Revision,
    IReadOnlyList<Tag> Tags, VersionNumber? LatestVersion, IReadOnlyList<CurrentAlias> Aliases, Nodes<AliasChange> AliasHistory,
    IReadOnlyList<ModelEndpoint> Endpoints, Connection<VersionRow> Versions);

public sealed record CurrentAlias(string Name, DateTimeOffset UpdatedAt, string? UpdatedBy, VersionNumber Version);

public sealed record AliasChange(string Name, string? Actor, DateTimeOffset At, VersionNumber? From, VersionNumber? To);

public sealed record ModelEndpoint([property: JsonConverter(typeof(NameOf))] string Environment, string? Url, ModelRowVariant? Primary, IReadOnlyList<ModelEndpointVariant> Variants);

public sealed record ModelEndpointVariant([property: JsonConverter(typeof(NumberOf))] int Version, string Role, double? Weight);

public sealed record VersionRow(
    int Number, string State, string? Format, long? Size, DateTimeOffset CreatedAt, string? CreatedBy,
    IReadOnlyList<Metric> Metrics, IReadOnlyList<Tag> Tags, IReadOnlyList<NameOnly> Aliases, IReadOnlyList<InEnvironment> Endpoints);

public sealed record InEnvironment([property: JsonConverter(typeof(NameOf))] string Environment);
