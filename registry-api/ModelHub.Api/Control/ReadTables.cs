using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>Reads what peers are told together with its numbers, in one snapshot; what has kept its number is not read again.</summary>
internal static class ReadTables
{
    public static Task<ControlTables> Async(ModelHubDb db, ControlTables last, DateTimeOffset now, CancellationToken ct)
        => db.InSnapshotAsync(async (revisions, token) =>
        {
            var routes = revisions.Routes == last.Revisions.Routes ? last.Routes : new Told(new Routes(revisions.Routes, await ReadRoutes.Async(db, token)));
            var assignments = revisions.Assignments == last.Revisions.Assignments
                ? last.AssignmentsOf
                : await ReadAssignments.Async(db, last.AssignmentsOf, revisions.Assignments, token);
            if (revisions.Access == last.Revisions.Access)
                return last with { Revisions = revisions, Routes = routes, AssignmentsOf = assignments };
            var keys = await ReadKeys.OfCallersAsync(db, now, token);
            var ours = (await ReadKeys.OfRoutersAsync(db, token)).Concat(await ReadKeys.OfWorkersAsync(db, now, token));
            return new ControlTables(
                revisions, routes, assignments, new Told(new Protocol.Access(revisions.Access, keys)), new Told(new Protocol.Access(revisions.Access, [.. keys, .. ours])));
        }, ct);
}
