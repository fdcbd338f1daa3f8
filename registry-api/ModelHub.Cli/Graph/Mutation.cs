using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>
/// A change by the mutation conventions: a document with one field, mutation(input: …) { what it gives, errors { … } },
/// that asks each refusal for all it tells.
/// </summary>
internal static class Mutation
{
    private const int Attempts = 5;

    /// <summary>The payload of a change that was made; without a key of its own the input gets one, so that it may be sent again.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public static async Task<JsonObject> ChangeAsync(this GraphClient graph, string document, JsonObject input, CancellationToken ct)
    {
        var ownKey = !input.ContainsKey("idempotencyKey");
        for (var attempt = 1; ; attempt++)
        {
            if (ownKey)
                input["idempotencyKey"] = Guid.NewGuid().ToString();
            try
            {
                return await graph.RevealAsync(document, input, ct);
            }
            catch (RefusedException refused) when (ownKey && attempt < Attempts && refused.Refusal.Name == "RevisionConflict" && !input.ContainsKey("expectedRevision"))
            {
                // Who expects no revision means whatever stands there now: a loop wrote in the same moment, and nothing was changed by us.
            }
        }
    }

    /// <summary>The payload of a change that takes no key, because what it reveals is never shown twice.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public static async Task<JsonObject> RevealAsync(this GraphClient graph, string document, JsonObject input, CancellationToken ct)
    {
        var (mutation, answer) = (await graph.QueryAsync(document, new { input }, ct)).Single();
        var payload = answer?.AsObject() ?? throw new BrokenWorldException($"{mutation} answered with nothing.");
        return payload["errors"] is JsonArray { Count: > 0 } refused
            ? throw new RefusedException(Refusal.From(refused[0]!.AsObject()))
            : payload;
    }
}
