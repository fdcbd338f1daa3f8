namespace ModelHub.Api.Environments;

/// <summary>Policies that are only thought of.</summary>
internal static class Drafts
{
    /// <summary>A query has no payload that could hold a refusal: it is the error of the field, under the refusal's code.</summary>
    public static GraphQLException Refused(Refusal refusal) => new(refusal.Message, refusal.Code);

    /// <exception cref="GraphQLException">No such environment, or a draft that could not be adopted.</exception>
    public static async Task<(Environment Environment, Policy Policy)> ReadDraftAsync(this ModelHubDb db, string name, PolicyInput? draft, CancellationToken ct)
    {
        if (await db.Environments.AsNoTracking().SingleOrDefaultAsync(e => e.Name == name, ct) is not { } environment)
            throw Refused(new EnvironmentNotFound(name));
        if (draft is null)
            return (environment, environment.Policy);
        if (draft.ToPolicy().IsRefused(out var unfit, out var policy))
            throw Refused(unfit);
        if ((environment.Refuse(policy) ?? await db.CheckPlacesAsync(environment, policy, ct)) is { } refusal)
            throw Refused(refusal);
        return (environment, policy);
    }
}
