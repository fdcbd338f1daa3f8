namespace ModelHub.Domain.Basics;

public static class Expect
{
    /// <summary>Compares the revision a caller has seen with the real one; a caller that names none accepts any.</summary>
    public static Refusal? Revision(IRevisioned thing, long? expected) =>
        expected is { } seen && seen != thing.Revision ? new RevisionConflict(seen, thing.Revision) : null;
}
