using System.Text.Json;
using ModelHub.Api.Environments;
using ModelHub.Domain.Explanations;

namespace ModelHub.Api.Explanations;

[QueryType]
[Authorize(nameof(Permission.Infer))]
internal static class ExplainPredictionQuery
{
    private const int MostPermutations = 2_000;

    /// <summary>
    /// What each column of a row adds to the answer of an endpoint (Shapley values): of a row that is given, or of a prediction in the ledger, which the version
    /// is asked about that answered it. A router is asked with the token of the request, so it needs the right to infer there.
    /// </summary>
    /// <param name="row">An object of named fields, as <c>/predict</c> takes them; or <paramref name="prediction"/>.</param>
    /// <param name="prediction">A prediction of the endpoint's ledger; or <paramref name="row"/>.</param>
    /// <param name="predictionRow">Which row of the prediction's request, from 0.</param>
    /// <param name="permutations">Orders of the columns to walk, 2 to 2,000; 200 when left out. Four times as many halve the error.</param>
    /// <param name="seed">The same seed gives the same figures; 1 when left out.</param>
    [Cost(200)]
    public static async Task<PredictionExplanation> ExplainPredictionAsync(
        string model, string environment, JsonElement? row, [ID] Guid? prediction, int? predictionRow, int? permutations, int? seed,
        Caller caller, ModelHubDb db, AskRouter router, HttpContext http, CancellationToken ct)
    {
        if (!caller.May(Permission.Infer, Place.In(model, environment)))
            throw Drafts.Refused(Once.Shown(new NotPermitted()));
        if (permutations is < 2 or > MostPermutations)
            throw Drafts.Refused(new InvalidInput("permutations", $"2 to {MostPermutations}"));
        if (seed is < 0)
            throw Drafts.Refused(new InvalidInput("seed", "0 or more"));
        // Over a socket the token came in a message, not with the request.
        if (http.Request.Headers.Authorization is not [{ } authorization])
            throw Drafts.Refused(new InvalidInput("Authorization", "a request by HTTP with its token in this header"));
        if ((await AskedAsync(model, environment, row, prediction, predictionRow, caller, db, ct)).IsRefused(out var refusal, out var asked))
            throw Drafts.Refused(Once.Shown(refusal));
        var routers = await db.Routers.AsNoTracking().Where(r => r.State == RouterState.Ready).OrderBy(r => r.Name).Select(r => r.Address).ToListAsync(ct);
        if ((await router.RunAsync(routers, authorization, asked with { Permutations = permutations, Seed = seed }, ct)).IsRefused(out refusal, out var explanation))
            throw Drafts.Refused(Once.Shown(refusal));
        return explanation;
    }

    private static async Task<Result<AskedExplanation>> AskedAsync(
        string model, string environment, JsonElement? row, Guid? id, int? predictionRow, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (row is null == id is null)
            return new InvalidInput("row", "either a row or a prediction");
        if (await db.Endpoints.AsNoTracking().Where(e => e.Model.Name == model && e.Environment.Name == environment).Select(e => (EndpointId?)e.Id).SingleOrDefaultAsync(ct) is not { } endpoint)
            return new EndpointNotFound(model, environment);
        if (row is { } given)
            return given.ValueKind == JsonValueKind.Object ? new AskedExplanation(model, environment, null, given, null, null) : new InvalidInput("row", "an object of named fields");
        if (!caller.May(Permission.Read, Place.In(model, environment)))
            return new NotPermitted();
        var wanted = Domain.Predictions.PredictionId.From(id!.Value);
        if (await db.Predictions.AsNoTracking().Include(p => p.Version).SingleOrDefaultAsync(p => p.Id == wanted && p.EndpointId == endpoint, ct) is not { } kept)
            return new PredictionNotFound();
        return KeptRow.Of(kept.Inputs, kept.Omitted, predictionRow ?? 0, kept.Version.Signature).IsRefused(out var refusal, out var fields) ? refusal : new AskedExplanation(model, environment, kept.Version.Number, fields, null, null);
    }
}
