using ModelHub.Protocol;
using ModelHub.Router.Admitting;

namespace ModelHub.Router.Routing;

/// <summary>
/// Puts tables in force, newer ones only. Called by one thread at a time; requests read what is in force without
/// waiting for anything here.
/// </summary>
internal sealed class InForce(Current<RoutingTable> current, Door door, BuildTable build)
{
    /// <summary>Number of the routing table, -1 before the first.</summary>
    public long Routes { get; private set; } = -1;

    /// <summary>Number of the access table, -1 before the first.</summary>
    public long Access { get; private set; } = -1;

    /// <returns>false for a table that is not newer than the one in force</returns>
    public bool Take(Routes routes)
    {
        if (routes.Revision <= Routes)
            return false;
        var table = build.From(routes, current.Value);
        current.Value = table;
        Routes = routes.Revision;
        build.Tidy(table);
        return true;
    }

    /// <inheritdoc cref="Take(Protocol.Routes)"/>
    public bool Take(Access access)
    {
        if (access.Revision <= Access)
            return false;
        door.Replace(new AccessTable(access));
        Access = access.Revision;
        return true;
    }

    /// <summary>Another API numbers anew: its first tables replace ours, which serve on until then.</summary>
    public void ForgetNumbers() => (Routes, Access) = (-1, -1);
}
