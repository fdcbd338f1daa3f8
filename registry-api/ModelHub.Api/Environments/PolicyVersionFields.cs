namespace ModelHub.Api.Environments;

[ObjectType<PolicyVersion>(Only = [
    nameof(PolicyVersion.Number), nameof(PolicyVersion.Policy), nameof(PolicyVersion.Digest), nameof(PolicyVersion.ChangedBy), nameof(PolicyVersion.At),
    nameof(PolicyVersion.Reason)])]
[Authorize(nameof(Permission.Read))]
internal static class PolicyVersionFields;
