using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EventQueries
{
    /// <summary>What happened, newest first. Who may not read everything sees what happened to what he may read.</summary>
    [UsePaging]
    [UseFiltering(nameof(EventRow.Sequence), nameof(EventRow.Type), nameof(EventRow.Subject), nameof(EventRow.Actor), nameof(EventRow.At))]
    [UseSorting(nameof(EventRow.Sequence))]
    public static IQueryable<EventRow> GetEvents(Caller caller, ModelHubDb db)
        => db.Events.AsNoTracking().Where(Graph.Subject.Visible<EventRow>(caller, row => row.Subject)).OrderByDescending(row => row.Sequence);
}
