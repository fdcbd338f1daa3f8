using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;

namespace ModelHub.Router.Routing;

/// <summary>
/// Puts tables in force, newer ones only. Called by one thread at a time; requests read what is in force without
/// waiting for anything here.
/// </summary>
internal sealed class InForce(CurrentTable current, Door door, NodeLinks nodes, Meters meters)
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
        current.Value = RoutingTable.Of(routes, nodes, meters);
        Routes = routes.Revision;
        nodes.Keep(routes.Endpoints.SelectMany(e => e.Variants).SelectMany(v => v.Nodes).Select(n => n.NodeId));
        return true;
    }

    /// <inheritdoc cref="Take(Protocol.Routes)"/>
    public bool Take(Access access)
    {
        if (access.Revision <= Access)
            return false;
        door.Table = new AccessTable(access);
        Access = access.Revision;
        return true;
    }

    /// <summary>Another API numbers anew: its first tables replace ours, which serve on until then.</summary>
    public void ForgetNumbers() => (Routes, Access) = (-1, -1);
}
