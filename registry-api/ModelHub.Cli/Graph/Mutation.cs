using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>A change by the mutation conventions: mutation(input: …) { what it gives, errors { … } }.</summary>
internal static class Mutation
{
    // What the mutation takes, and how it refuses: each refusal has fields of its own, and they are to be shown.
    private const string Shape = """
        query($input: String!, $union: String!) {
          input: __type(name: $input) { inputFields { name } }
          union: __type(name: $union) { possibleTypes { name fields { name type { kind ofType { kind ofType { kind ofType { kind } } } } } } }
        }
        """;

    /// <summary>The payload of a change that was made.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public static async Task<JsonObject> ChangeAsync(this GraphClient graph, string mutation, JsonObject input, string selection, CancellationToken ct)
    {
        var title = char.ToUpperInvariant(mutation[0]) + mutation[1..];
        var shape = (await graph.SendAsync(Shape, new { input = title + "Input", union = title + "Error" }, ct))["data"];
        // Not every mutation takes one: a secret, say, is never shown twice.
        if (shape?["input"]?["inputFields"].Items().Any(field => field["name"].Text() == "idempotencyKey") == true && !input.ContainsKey("idempotencyKey"))
            input["idempotencyKey"] = Guid.NewGuid().ToString();
        var document = $"mutation($input: {title}Input!) {{ {mutation}(input: $input) {{ {selection} {ErrorSelection(shape?["union"])} }} }}";
        var data = await graph.QueryAsync(document, new { input }, ct);
        var payload = data[mutation]?.AsObject() ?? throw new BrokenWorldException($"{mutation} answered with nothing.");
        return payload["errors"] is JsonArray { Count: > 0 } refused
            ? throw new RefusedException(Refusal.From(refused[0]!.AsObject()))
            : payload;
    }

    private static string ErrorSelection(JsonNode? union)
    {
        if (union?["possibleTypes"] is not JsonArray types)
            return "errors { __typename ... on Error { message } }";
        var aliases = 0;
        var fragments = types.OfType<JsonObject>().Select(type =>
            $"... on {(string?)type["name"]} {{ {string.Join(' ', LeafFields(type).Select(name => name == "message" ? name : $"f{aliases++}_{name}: {name}"))} }}");
        return $"errors {{ __typename {string.Join(' ', fragments)} }}";
    }

    private static IEnumerable<string> LeafFields(JsonObject type) =>
        from field in type["fields"]!.AsArray().OfType<JsonObject>()
        where Kind(field["type"]) is "SCALAR" or "ENUM"
        select (string)field["name"]!;

    private static string? Kind(JsonNode? type)
    {
        var at = type;
        while (at?["ofType"] is JsonObject inner)
            at = inner;
        return (string?)at?["kind"];
    }
}
