namespace ModelHub.Domain.Models;

public enum VersionState
{
    Pending,
    Validating,
    Ready,
    Failed,
}
