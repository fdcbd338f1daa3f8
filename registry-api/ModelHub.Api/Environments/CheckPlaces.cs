namespace ModelHub.Api.Environments;

internal static class CheckPlaces
{
    /// <summary>Whether what a policy says of other environments can hold: they are there.</summary>
    public static async Task<Refusal?> CheckPlacesAsync(this ModelHubDb db, Environment environment, Policy policy, CancellationToken ct)
    {
        if (policy.PromotionFrom is { } from && !await db.Environments.AnyAsync(e => e.Name == from, ct))
            return new EnvironmentNotFound(from);
        return policy.FromEnvironmentBefore && !await db.Environments.AnyAsync(e => e.Rank < environment.Rank, ct)
            ? new InvalidInput("policy.fromEnvironmentBefore", $"false: no environment comes before {environment.Name}")
            : null;
    }
}
