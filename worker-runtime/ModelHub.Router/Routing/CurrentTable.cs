namespace ModelHub.Router.Routing;

/// <summary>The table in force: one volatile reference, swapped whole.</summary>
internal sealed class CurrentTable
{
    private volatile RoutingTable table = RoutingTable.Empty;

    public RoutingTable Value
    {
        get => table;
        set => table = value;
    }
}
