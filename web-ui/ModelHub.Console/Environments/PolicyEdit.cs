namespace ModelHub.Console.Environments;

/// <summary>A draft and the policy it began with, so that nothing somebody else did meanwhile is written over unseen.</summary>
/// <param name="Revision">Of the environment when it last had that policy.</param>
public sealed record PolicyEdit(PolicyDraft Draft, string Base, int Number, long Revision)
{
    /// <param name="draft">Null: what stands.</param>
    public static PolicyEdit Begin(EnvironmentDetail place, string? draft) => new(new(draft ?? Text(place)), Text(place), place.PolicyNumber, place.Revision);

    public bool IsTouched => Draft.Text != Base;

    /// <summary>What to go on with once the environment is like this: whoever has typed nothing follows it.</summary>
    public PolicyEdit Seen(EnvironmentDetail place) =>
        place.PolicyNumber == Number ? this with { Revision = place.Revision }
        : IsTouched ? this
        : Begin(place, null);

    /// <summary>The same draft, held against the policy that stands now.</summary>
    public PolicyEdit Rebased(EnvironmentDetail place) => Begin(place, Draft.Text);

    /// <summary>Who changed the policy since; null: nobody.</summary>
    public PolicyMark? Theirs(EnvironmentDetail place) =>
        place.PolicyNumber == Number ? null : place.Newest.Items is [var mark, ..] ? mark : new(place.PolicyNumber, "somebody", default, null);

    public IReadOnlyList<PolicyChange> TheirChanges(EnvironmentDetail place) =>
        PolicyText.Read(Base).Policy is { } old ? PolicyDiff.Of(old, PolicyText.Written(place.Policy)) : [];

    /// <summary>What saving would change.</summary>
    public IReadOnlyList<PolicyChange> Changes => Draft.Policy is { } now && PolicyText.Read(Base).Policy is { } old ? PolicyDiff.Of(old, now) : [];

    private static string Text(EnvironmentDetail place) => PolicyText.Of(PolicyText.Written(place.Policy));
}
