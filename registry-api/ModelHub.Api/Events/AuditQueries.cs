using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

[ObjectType<AuditVerification>]
[Authorize(nameof(Permission.Read))]
internal static class AuditVerificationFields;

[ObjectType<AuditFault>]
[Authorize(nameof(Permission.Read))]
internal static class AuditFaultFields;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class AuditQueries
{
    /// <summary>Recomputes the hash chain of all events; finds a row that was changed, taken out or put in.</summary>
    [Cost(500)]
    public static Task<AuditVerification> GetAuditVerificationAsync(Caller caller, VerifyAudit verify, CancellationToken ct)
    {
        if (!Permits.Namespaces(caller.Principal, Permission.Read).Contains(Grant.Any))
            Once.Shown(new NotPermitted());
        return verify.RunAsync(ct);
    }
}
