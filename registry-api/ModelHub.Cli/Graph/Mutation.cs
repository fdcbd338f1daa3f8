using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>
/// A change by the mutation conventions: a document with one field, mutation(input: …) { what it gives, errors { … } },
/// that asks each refusal for all it tells.
/// </summary>
internal static class Mutation
{
    /// <summary>The payload of a change that was made; without a key of its own the input gets one, so that it may be sent again.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public static Task<JsonObject> ChangeAsync(this GraphClient graph, string document, JsonObject input, CancellationToken ct)
    {
        if (!input.ContainsKey("idempotencyKey"))
            input["idempotencyKey"] = Guid.NewGuid().ToString();
        return graph.RevealAsync(document, input, ct);
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
