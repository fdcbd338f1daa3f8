using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

/// <param name="After">Only events of a higher sequence.</param>
internal sealed record EventFilter(string? Type, string? Subject, string? Actor, long? After);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EventQueries
{
    /// <summary>What happened, newest first. Who may not read everything sees what happened to what he may read.</summary>
    [UsePaging]
    [UseSorting(nameof(EventRow.Sequence))]
    public static IQueryable<EventRow> GetEvents(EventFilter? where, Caller caller, ModelHubDb db)
    {
        var (type, subject, actor, after) = (where?.Type, where?.Subject, where?.Actor, where?.After ?? 0);
        return db.Events.AsNoTracking().Where(Graph.Subject.Visible<EventRow>(caller, row => row.Subject))
            .Where(row => row.Sequence > after && (type == null || row.Type == type) && (subject == null || row.Subject == subject) && (actor == null || row.Actor == actor))
            .OrderByDescending(row => row.Sequence);
    }
}
