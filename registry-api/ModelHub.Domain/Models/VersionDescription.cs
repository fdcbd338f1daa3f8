using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

/// <summary>What may be said about a version later on. Its artifact, signature and lineage never change.</summary>
public sealed record VersionDescription(
    IReadOnlyList<Tag>? Tags = null,
    string? Card = null,
    IReadOnlyList<Metric>? Metrics = null)
{
    public Refusal? Check() =>
        (Tags is null ? null : Tag.Check(Tags))
        ?? Texts.Longer("card", Card, Limits.Card)
        ?? (Metrics is null ? null : Metric.Check(Metrics));
}
