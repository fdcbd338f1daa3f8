using ModelHub.Protocol;
using ModelHub.Router.Admitting;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Routing;

/// <summary>
/// Puts tables in force, newer ones only. Requests read what is in force without waiting for anything here.
/// </summary>
internal sealed class InForce(Current<RoutingTable> current, Door door, BuildTable build)
{
    private readonly Lock gate = new();
    private Routes? told;
    private bool trialsEnded;

    /// <summary>Number of the routing table, -1 before the first.</summary>
    public long Routes { get; private set; } = -1;

    /// <summary>Number of the access table, -1 before the first.</summary>
    public long Access { get; private set; } = -1;

    /// <summary>How many routing tables were taken.</summary>
    public int Taken { get; private set; }

    /// <returns>false for a table that is not newer than the one in force; the same again brings back what it had tried out</returns>
    public bool Take(Routes routes)
    {
        lock (gate)
        {
            if (routes.Revision < Routes || (routes.Revision == Routes && !trialsEnded))
                return false;
            (told, trialsEnded, Routes, Taken) = (routes, false, routes.Revision, Taken + 1);
            Put(routes);
            return true;
        }
    }

    /// <inheritdoc cref="Take(Protocol.Routes)"/>
    public bool Take(Access access)
    {
        lock (gate)
        {
            if (access.Revision <= Access)
                return false;
            door.Replace(new AccessTable(access));
            Access = access.Revision;
            return true;
        }
    }

    /// <summary>
    /// Takes canaries and shadows out of the table: nobody could tell this router that they are bad. The next table from the API, be it the same,
    /// brings back what is in it.
    /// </summary>
    /// <param name="taken">what <see cref="Taken"/> was when that was found: of a table that came since it is not true</param>
    /// <returns>how many versions are asked no more</returns>
    public int EndTrials(int taken)
    {
        lock (gate)
        {
            if (told is null || trialsEnded || taken != Taken)
                return 0;
            var without = told with { Endpoints = [.. told.Endpoints.Select(WithoutTrials)] };
            trialsEnded = true;
            var ended = told.Endpoints.Sum(e => e.Variants.Length) - without.Endpoints.Sum(e => e.Variants.Length);
            if (ended > 0)
                Put(without);
            return ended;
        }
    }

    /// <summary>Another API numbers anew: its first tables replace ours, which serve on until then.</summary>
    public void ForgetNumbers()
    {
        lock (gate)
            (Routes, Access) = (-1, -1);
    }

    private void Put(Routes routes)
    {
        var table = build.From(routes, current.Value);
        current.Value = table;
        build.Tidy(table);
    }

    /// <summary>The primary has what they had; without one nothing is tried out.</summary>
    private static RouteEndpoint WithoutTrials(RouteEndpoint endpoint) =>
        Array.Exists(endpoint.Variants, v => v is { Role: VariantRole.Primary, Weight: > 0 })
            ? endpoint with { Variants = [.. endpoint.Variants.Where(v => v.Role is not (VariantRole.Canary or VariantRole.Shadow))] }
            : endpoint;
}
