using ModelHub.Api.Artifacts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record DataVersionRef(string Dataset, int Version);

/// <param name="Signature">For a format whose artifact does not tell it; never for ONNX.</param>
internal sealed record RegisterVersionInput(
    string Model, string Digest, string? Format, IReadOnlyList<Metric>? Metrics, IReadOnlyList<Parameter>? Parameters, IReadOnlyList<Tag>? Tags, string? Card,
    string? Commit, string? RunUrl, string? CiUrl, IReadOnlyList<DataVersionRef>? DataVersions, int? ParentVersion, Signature? Signature, string? IdempotencyKey);

[MutationType]
internal static class RegisterVersion
{
    /// <summary>Makes the next version of a model from stored bytes. It becomes ready once a worker has verified and read them.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(ArtifactNotFound))]
    [Error(typeof(DataVersionNotFound))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Version, Refusal>> RegisterVersionAsync(
        RegisterVersionInput input, Caller caller, ModelHubDb db, WantedArtifacts artifacts, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RegisterVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, artifacts, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Version>> RunAsync(
        RegisterVersionInput input, Caller caller, ModelHubDb db, WantedArtifacts artifacts, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == input.Model, ct) is not { } model)
            return new ModelNotFound(input.Model);
        if ((await DescribeAsync(input, model, caller, db, artifacts, ct)).IsRefused(out var refusal, out var registration))
            return refusal;
        if (registration.Check() is { } invalid)
            return invalid;

        var number = await db.TakeVersionNumberAsync(model.Id, ct);
        if (Version.Register(model.Id, number, registration, caller.Actor, now).IsRefused(out refusal, out var version))
            return refusal;
        db.Versions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ValidateVersion, Subjects.Version(model.Name, number), version.Id.Value, caller.Actor, now));
        return await db.CommitAsync(new VersionRegistered(model.Name, number, version.Digest), caller.Actor, ct) is { } refused ? refused : version;
    }

    private static async Task<Result<VersionRegistration>> DescribeAsync(
        RegisterVersionInput input, Model model, Caller caller, ModelHubDb db, WantedArtifacts artifacts, CancellationToken ct)
    {
        if (Digest.Parse("digest", input.Digest).IsRefused(out var refusal, out var digest))
            return refusal;
        if (await artifacts.SizeAsync(digest.Hex, ct) is not { } size)
            return new ArtifactNotFound(digest.Value);
        if ((await FindDataAsync(input.DataVersions ?? [], caller, db, ct)).IsRefused(out refusal, out var data))
            return refusal;
        if ((await FindParentAsync(input.ParentVersion, model, db, ct)).IsRefused(out refusal, out var parent))
            return refusal;
        return new VersionRegistration(digest.Value, size, input.Format ?? "onnx")
        {
            Description = new VersionDescription(input.Tags, input.Card, input.Metrics),
            Signature = input.Signature,
            Parameters = input.Parameters ?? [],
            Commit = input.Commit,
            RunUrl = input.RunUrl,
            CiUrl = input.CiUrl,
            Parent = parent.Id,
            DataVersions = data,
        };
    }

    private static async Task<Result<List<DataVersionId>>> FindDataAsync(IReadOnlyList<DataVersionRef> wanted, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (wanted.Count > Limits.DataVersionsPerVersion)
            return new InvalidInput("dataVersions", $"at most {Limits.DataVersionsPerVersion}");
        var names = wanted.Select(one => one.Dataset).Distinct().Where(name => caller.May(Permission.Read, Place.Of(name))).ToList();
        var numbers = wanted.Select(one => one.Version).Distinct().ToList();
        var found = (await db.DataVersions.AsNoTracking().Where(v => names.Contains(v.Dataset.Name) && numbers.Contains(v.Number))
            .Select(v => new { v.Id, v.Dataset.Name, v.Number }).ToListAsync(ct)).ToDictionary(v => new DataVersionRef(v.Name, v.Number), v => v.Id);
        return wanted.FirstOrDefault(one => !found.ContainsKey(one)) is { } missing
            ? new DataVersionNotFound(missing.Dataset, missing.Version)
            : wanted.Select(one => found[one]).Distinct().ToList();
    }

    private static async Task<Result<Found>> FindParentAsync(int? number, Model model, ModelHubDb db, CancellationToken ct)
    {
        if (number is null)
            return new Found(null);
        var parent = await db.Versions.AsNoTracking().SingleOrDefaultAsync(v => v.ModelId == model.Id && v.Number == number, ct);
        return parent is null ? new VersionNotFound(model.Name, number.Value) : new Found(parent.Id);
    }

    private readonly record struct Found(VersionId? Id);
}
