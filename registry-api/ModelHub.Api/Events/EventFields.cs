using System.Text.Json;
using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

/// <summary>One change, as written in the same transaction as the change itself.</summary>
[ObjectType<EventRow>(Name = "Event", Only = [
    nameof(EventRow.Sequence), nameof(EventRow.Type), nameof(EventRow.Subject), nameof(EventRow.Actor), nameof(EventRow.At)],
    Wide = [nameof(EventRow.Data)])]
[Authorize(nameof(Permission.Read))]
internal static class EventFields
{
    [ID]
    public static Guid GetId([Parent] EventRow row) => row.Id;

    [Reads(nameof(EventRow.Data))]
    public static JsonElement GetData([Parent] EventRow row) => JsonSerializer.Deserialize<JsonElement>(row.Data);

    /// <summary>Its link of the hash chain, in hex; null until it is sealed.</summary>
    public static string? GetHash([Parent] EventRow row) => row.Hash is null ? null : Convert.ToHexStringLower(row.Hash);
}
