namespace ModelHub.Api.Environments;

[ObjectType<Environment>(Only = [
    nameof(Environment.Id), nameof(Environment.Name), nameof(Environment.Rank), nameof(Environment.Policy), nameof(Environment.PolicyNumber),
    nameof(Environment.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class EnvironmentFields
{
    [NodeResolver]
    public static Task<Environment?> GetAsync(EnvironmentId id, EnvironmentById environments, CancellationToken ct) => environments.LoadAsync(id, ct);

    /// <summary>SHA-256 of the policy, as evidence names it.</summary>
    public static string GetPolicyDigest([Parent] Environment environment) => environment.Policy.DigestOf();

    /// <summary>Every policy it ever had, newest first.</summary>
    [UsePaging]
    public static Task<Page<PolicyVersion>> GetPolicyHistoryAsync(
        [Parent] Environment environment, PagingArguments paging, QueryContext<PolicyVersion> wanted, PoliciesOfEnvironment policies, CancellationToken ct)
        => policies.LoadAsync(environment.Id, paging, wanted, ct);

    public static int GetApprovalsRequired([Parent] Environment environment) => environment.Policy.Approvals;

    /// <summary>The freeze that holds its traffic now; null: none does.</summary>
    public static Freezing? GetFreezing([Parent] Environment environment, TimeProvider time) => environment.Policy.Freeze?.At(time.GetUtcNow());

    /// <summary>The freeze that begins next; null: none will.</summary>
    public static ComingFreeze? GetNextFreeze([Parent] Environment environment, TimeProvider time) => environment.Policy.Freeze?.Next(time.GetUtcNow());

    /// <summary>The promotions into it that have not ended.</summary>
    public static async Task<PromotionsUnderWay> GetUnderWayAsync([Parent] Environment environment, Caller caller, UnderWayInEnvironment underWay, CancellationToken ct)
        => await underWay.LoadAsync((environment.Id, caller), ct) ?? new(0, 0);

    /// <summary>The endpoints the caller may see.</summary>
    [ListSize(AssumedSize = 20)]
    public static Task<IReadOnlyList<Endpoint>> GetEndpointsAsync([Parent] Environment environment, Caller caller, EndpointsOfEnvironment endpoints, CancellationToken ct)
        => endpoints.LoadAsync((environment.Id, caller), ct);
}

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EnvironmentQueries
{
    /// <summary>All environments, by rank.</summary>
    public static async Task<IReadOnlyList<Environment>> GetEnvironmentsAsync(ModelHubDb db, CancellationToken ct)
        => await db.Set<Environment>().AsNoTracking().OrderBy(environment => environment.Rank).ThenBy(environment => environment.Name).ToListAsync(ct);

    public static Task<Environment?> GetEnvironmentAsync(string name, ModelHubDb db, CancellationToken ct)
        => db.Set<Environment>().AsNoTracking().SingleOrDefaultAsync(environment => environment.Name == name, ct);
}
