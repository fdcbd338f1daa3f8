namespace ModelHub.Console.Endpoints;

/// <summary>A version that nodes hold for an endpoint although it has no traffic there: where a rollback can go.</summary>
internal sealed record Warm(int Version, int ReadyOn, int HeldOn)
{
    /// <summary>All of them, the one that lost the traffic last first.</summary>
    public static IReadOnlyList<Warm> Of(EndpointDetail endpoint)
    {
        var served = endpoint.History.Items.SelectMany(change => change.Variants).Select(variant => variant.Version).Distinct().ToList();
        return [.. endpoint.Placements
            .Where(placement => placement is { Wanted: true, Version: not null } && endpoint.Variants.All(variant => variant.Version != placement.Version.Number))
            .GroupBy(placement => placement.Version!.Number)
            .Select(held => new Warm(held.Key, held.Count(placement => placement.State == "READY"), held.Count()))
            .OrderBy(warm => served.IndexOf(warm.Version) is var place && place < 0 ? int.MaxValue : place)];
    }
}
