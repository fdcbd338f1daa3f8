using ModelHub.Api.Artifacts;
using ModelHub.Api.Models;
using ModelHub.Database.Events;

namespace ModelHub.Api.Hooks;

/// <param name="Digest">Of bytes that were uploaded to /api/v1/artifacts.</param>
/// <param name="Data">Data versions it was trained on, each as <c>dataset@number</c>.</param>
internal sealed record VersionHook(
    string? Model, string? Digest, string? Format, IReadOnlyDictionary<string, double>? Metrics, IReadOnlyDictionary<string, string>? Parameters,
    IReadOnlyDictionary<string, string>? Tags, string? Commit, string? RunUrl, string? CiUrl, IReadOnlyList<string>? Data, int? Parent, string? IdempotencyKey);

internal static class VersionHooks
{
    public static async Task<IResult> RegisterAsync(VersionHook hook, Caller caller, ModelHubDb db, WantedArtifacts artifacts, TimeProvider time, CancellationToken ct)
    {
        if (hook is not { Model: { } model, Digest: { } digest })
            return Problem.Invalid("model, digest", "both are needed");
        var data = (hook.Data ?? []).Select(Parse).ToList();
        if (data.Contains(null))
            return Problem.Invalid("data", "dataset@number");
        var input = new RegisterVersionInput(
            model, digest, hook.Format, [.. (hook.Metrics ?? new Dictionary<string, double>()).Select(m => new Metric(m.Key, m.Value))],
            [.. Pairs(hook.Parameters).Select(p => new Parameter(p.Key, p.Value))], [.. Pairs(hook.Tags).Select(t => new Tag(t.Key, t.Value))],
            Card: null, hook.Commit, hook.RunUrl, hook.CiUrl, [.. data.OfType<DataVersionRef>()], hook.Parent, Signature: null, hook.IdempotencyKey);
        return await Hooks.AnswerAsync(
            () => RegisterVersion.RegisterVersionAsync(input, caller, db, artifacts, time, ct),
            version => TypedResults.Accepted($"/api/v1/hooks/versions/{model}/{version.Number}", Show(model, version)));
    }

    /// <summary>A version as it stands; with <paramref name="wait"/>, once it is ready or has failed, or the seconds are over.</summary>
    public static async Task<IResult> GetAsync(string model, int version, int? wait, Caller caller, IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, CancellationToken ct)
    {
        if (Waiters.Check(wait) is { } invalid)
            return invalid;
        var found = await waiters.UntilAsync(
            wait ?? 0,
            async () =>
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                return (await db.Versions.AsNoTracking().Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == model && v.Number == version, ct)).IfVisible(caller, v => v.Model.Name);
            },
            v => v.State is VersionState.Ready or VersionState.Failed, changes, ct);
        return found is null ? Problem.NotFound() : TypedResults.Ok(Show(model, found));
    }

    private static object Show(string model, Version version) => new
    {
        model,
        version = version.Number,
        state = version.State.ToString().ToUpperInvariant(),
        digest = version.Digest,
        failure = version.Failure,
    };

    private static DataVersionRef? Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && int.TryParse(text.AsSpan(at + 1), System.Globalization.NumberStyles.None, null, out var number) ? new DataVersionRef(text[..at], number) : null;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(IReadOnlyDictionary<string, string>? given) => given ?? new Dictionary<string, string>();
}
