using ModelHub.Api.Configuration;
using ModelHub.Api.Hooks;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Bundles;

/// <summary>
/// <c>GET /api/v1/models/{model}/versions/{version}/bundle?wait=SECONDS</c>: the bundle of a version. The first export has a worker
/// make the sample; until it has, the answer is 202 and the caller comes again.
/// </summary>
internal static class ExportBundle
{
    public static async Task<IResult> GetAsync(
        string model, int version, int? wait, Caller caller, ModelHubDb db, PrepareBundle prepare, SendBundle send, ApiOptions options, TimeProvider time, HttpContext context, CancellationToken ct)
    {
        if (Waiters.Check(wait) is { } invalid)
            return invalid;
        if (await FindAsync(model, version, caller, db, ct) is not { } found)
            return Problem.NotFound();
        if (Bundling.NotPossible(found, await BlockAsync(found, db, ct)) is { } refusal)
            return RefusalProblem.Of(refusal);
        if (found.Sample is null)
        {
            if ((await prepare.RunAsync(found, wait ?? 0, caller, ct)).IsRefused(out refusal, out var operation))
                return RefusalProblem.Of(refusal);
            found = await FindAsync(model, version, caller, db, ct);
            if (found is not { Sample: not null })
                return TypedResults.Accepted($"{context.Request.Path}?wait={Waiters.MostSeconds}", new { operation = operation.Id.Value, state = operation.State.ToString().ToUpperInvariant() });
        }
        return (await SignedAsync(found, found.Sample!, db, options, time.GetUtcNow(), ct)).IsRefused(out refusal, out var signed)
            ? RefusalProblem.Of(refusal)
            : await SendAsync(found, signed, caller, db, send, time.GetUtcNow(), context, ct);
    }

    private static async Task<Version?> FindAsync(string model, int version, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Versions.AsNoTracking().Include(v => v.Model).Include(v => v.DataVersions).AsSplitQuery()
            .SingleOrDefaultAsync(v => v.Model.Name == model && v.Number == version, ct)).IfVisible(caller, v => v.Model.Name);

    /// <summary>What was rolled back anywhere is not given to places that nobody can roll back.</summary>
    private static async Task<VersionBlocked?> BlockAsync(Version version, ModelHubDb db, CancellationToken ct)
    {
        var held = await (from block in db.VersionBlocks
                          join environment in db.Environments on block.EnvironmentId equals environment.Id
                          where block.VersionId == version.Id && block.LiftedAt == null
                          orderby environment.Rank descending
                          select new { environment.Name, block.By, block.Reason, block.At }).FirstOrDefaultAsync(ct);
        return held is null ? null : new VersionBlocked(version.Model.Name, version.Number, held.Name, held.By, held.Reason, held.At);
    }

    private static async Task<Result<SignedBundle>> SignedAsync(Version version, ModelSample sample, ModelHubDb db, ApiOptions options, DateTimeOffset now, CancellationToken ct)
    {
        if ((await db.SigningKeyAsync(options, now, ct)).IsRefused(out var refusal, out var key))
            return refusal;
        var bundle = EdgeBundle.Of(version.Model.Name, version, sample, key.Name);
        return options.Sign(key, bundle.Manifest).IsRefused(out refusal, out var signature) ? refusal : new SignedBundle(bundle, key.Name, signature);
    }

    private static async Task<IResult> SendAsync(
        Version version, SignedBundle signed, Caller caller, ModelHubDb db, SendBundle send, DateTimeOffset now, HttpContext context, CancellationToken ct)
    {
        if (await send.MissingAsync(signed.Bundle, ct) is { } missing)
            return RefusalProblem.Of(new ArtifactNotFound(missing.Digest));
        var manifest = Digest.Of(signed.Bundle.Manifest);
        db.BundleExports.Add(BundleExport.Of(version.Id, signed.Key, manifest, SendBundle.SizeOf(signed), caller.Actor, now));
        var exported = new BundleExported(version.Model.Name, version.Number, signed.Key, manifest.Value);
        if (await db.CommitAsync(exported, caller.Actor, ct) is { } lost)
            return RefusalProblem.Of(lost);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{version.Model.Name}-{version.Number}.mhb\"";
        await send.RunAsync(context, signed, ct);
        return Results.Empty;
    }
}

/// <param name="Key">The name of the key that signed the manifest.</param>
internal sealed record SignedBundle(EdgeBundle Bundle, string Key, byte[] Signature)
{
    /// <summary>As they stand in the file.</summary>
    public IReadOnlyList<BundleMember> Members { get; } =
        [BundleMember.Of(EdgeBundle.ManifestName, Bundle.Manifest), BundleMember.Of(EdgeBundle.SignatureName, Signature), .. Bundle.Members];
}
