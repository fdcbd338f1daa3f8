namespace ModelHub.Api.Models;

[ObjectType<Alias>(Only = [nameof(Alias.Name), nameof(Alias.Revision), nameof(Alias.UpdatedAt), nameof(Alias.UpdatedBy)])]
[Authorize(nameof(Permission.Read))]
internal static class AliasFields
{
    public static async Task<Model> GetModelAsync([Parent] Alias alias, ModelById models, CancellationToken ct)
        => (await models.LoadAsync(alias.ModelId, ct))!;

    public static async Task<Version> GetVersionAsync([Parent] Alias alias, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(alias.VersionId, ct))!;
}

[ObjectType<AliasChange>(Only = [nameof(AliasChange.Name), nameof(AliasChange.Actor), nameof(AliasChange.At)])]
[Authorize(nameof(Permission.Read))]
internal static class AliasChangeFields
{
    /// <summary>Null when the alias was created.</summary>
    public static Task<Version?> GetFromAsync([Parent] AliasChange change, VersionById versions, CancellationToken ct)
        => change.FromVersionId is { } id ? versions.LoadAsync(id, ct) : Task.FromResult<Version?>(null);

    /// <summary>Null when the alias was removed.</summary>
    public static Task<Version?> GetToAsync([Parent] AliasChange change, VersionById versions, CancellationToken ct)
        => change.ToVersionId is { } id ? versions.LoadAsync(id, ct) : Task.FromResult<Version?>(null);
}

[ObjectType<Check>(Only = [nameof(Check.Name), nameof(Check.State), nameof(Check.Link), nameof(Check.PostedBy), nameof(Check.PostedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class CheckFields
{
    public static async Task<Version> GetVersionAsync([Parent] Check check, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(check.VersionId, ct))!;
}
