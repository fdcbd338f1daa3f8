namespace ModelHub.Api.Artifacts;

/// <summary>
/// Who may read bytes: a node any (it is told by assignment which it needs, and is sent to the store itself where that is possible,
/// unless it asks to be answered <c>through=api</c>); who reads all namespaces any; else what a
/// version or data version of one's own namespaces refers to. What may not be read looks as if it were not there.
/// </summary>
internal static class DownloadArtifact
{
    public static async Task<IResult> HeadAsync(string hex, IArtifactStore store, SendArtifact send, HttpContext context, CancellationToken ct)
        => ArtifactNames.IsHex(hex) && await store.SizeAsync(hex, ct) is not null ? await send.RunAsync(context, hex, ct) : TypedResults.NotFound();

    public static async Task<IResult> GetAsync(string hex, string? through, Caller caller, ModelHubDb db, IArtifactStore store, SendArtifact send, HttpContext context, CancellationToken ct)
    {
        if (caller.Principal.Kind != PrincipalKind.Node && !caller.May(Permission.Read, Place.Somewhere))
            return TypedResults.Forbid();
        if (!ArtifactNames.IsHex(hex) || !await MayReadAsync(hex, caller, db, ct))
            return Problem.NotFound();
        return caller.Principal.Kind == PrincipalKind.Node && through != "api" && await store.AddressAsync(hex, ct) is { } address
            ? TypedResults.Redirect(address.AbsoluteUri, permanent: false, preserveMethod: true)
            : await send.RunAsync(context, hex, ct);
    }

    private static async Task<bool> MayReadAsync(string hex, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (caller.Principal.Kind == PrincipalKind.Node || Permits.Namespaces(caller.Principal, Permission.Read).Contains(Grant.Any))
            return true;
        var digest = Digest.Prefix + hex;
        return await db.Versions.Where(v => v.Digest == digest).VisibleTo(caller, v => v.Model.Name).AnyAsync(ct)
            || await DataFilesAsync(digest, caller, db, ct);
    }

    private static async Task<bool> DataFilesAsync(string digest, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        var part = $$"""[{"digest":"{{digest}}"}]""";
        return await db.DataVersions.FromSql($"select * from data_versions where files @> {part}::jsonb").VisibleTo(caller, v => v.Dataset.Name).AnyAsync(ct);
    }
}
