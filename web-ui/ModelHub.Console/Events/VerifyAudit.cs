using ModelHub.Console.Graph;

namespace ModelHub.Console.Events;

internal static class VerifyAudit
{
    public static readonly Operation<NoVariables, VerifyAuditData> Operation = new(
        "VerifyAudit",
        Documents.VerifyAudit,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseVerifyAuditData);
}

public sealed record VerifyAuditData(AuditVerification AuditVerification);

public sealed record AuditVerification(bool Ok, long EventsChecked, long? SealedUpTo, AuditFault? FirstFault);

public sealed record AuditFault(long Sequence, string Reason);
