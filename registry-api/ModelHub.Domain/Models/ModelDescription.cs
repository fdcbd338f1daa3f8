using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public sealed record ModelDescription(
    string? Description = null,
    string? Owner = null,
    string? Card = null,
    IReadOnlyList<Tag>? Tags = null)
{
    public Refusal? Check() =>
        Texts.Longer("description", Description, Limits.Description)
        ?? Texts.Longer("owner", Owner, Limits.Name)
        ?? Texts.Longer("card", Card, Limits.Card)
        ?? (Tags is null ? null : Tag.Check(Tags));
}
