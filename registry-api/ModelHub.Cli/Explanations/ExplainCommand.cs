using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Explanations;

/// <summary><c>explain MODEL --env ENV --row FILE|JSON</c>: what each column of a row adds to the answer.</summary>
internal static class ExplainCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var row = new Option<string?>("--row") { Description = "An object of named fields: JSON, or a JSON or YAML file", HelpName = "FILE|JSON" };
        var prediction = new Option<string?>("--prediction") { Description = "Instead: the id of a prediction in the ledger", HelpName = "ID" };
        var index = new Option<int?>("--index") { Description = "Which row of its request (0)", HelpName = "N" };
        var permutations = new Option<int?>("--permutations") { Description = "Orders of the columns to walk (200); four times as many halve the error", HelpName = "N" };
        var seed = new Option<int?>("--seed") { Description = "The same seed gives the same figures (1)", HelpName = "N" };
        return client.Runs(new Command("explain", "What each column of a row adds to the answer") { model, environment, row, prediction, index, permutations, seed }, async (parsed, session, ct) =>
        {
            var variables = new JsonObject { ["model"] = parsed.GetRequiredValue(model), ["environment"] = parsed.GetRequiredValue(environment) };
            if (parsed.GetValue(row) is { } text)
                variables["row"] = text.TrimStart().StartsWith('{') ? Parsed(text) : await DocumentFile.ReadAsync(text, "row", ct);
            variables.AddGiven("prediction", parsed.GetValue(prediction));
            variables.AddGiven("predictionRow", (JsonNode?)parsed.GetValue(index));
            variables.AddGiven("permutations", (JsonNode?)parsed.GetValue(permutations));
            variables.AddGiven("seed", (JsonNode?)parsed.GetValue(seed));
            var explained = (await session.Graph.QueryAsync(Documents.ExplainPrediction, variables, ct))["explainPrediction"]!.AsObject();
            return Shown(parsed.GetRequiredValue(model), explained);
        });
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new RefusedException(new Refusal("InvalidInput", $"--row is no JSON: {fault.Message}", new JsonObject { ["field"] = "row" }));
        }
    }

    private static Outcome Shown(string model, JsonObject explained)
    {
        var shown = explained.DeepClone().AsObject();
        shown.Insert(0, "model", model);
        foreach (var word in (string[])["method", "space", "backgroundOf"])
            shown[word] = explained[word].Word();
        var how = shown["method"].Text() == "linear" ? "exact" : $"{explained["permutations"].Text()} permutations";
        return Outcome.Done(shown,
        [
            $"{model}@{explained["version"].Text()}, {shown["method"].Text()} ({how}), {explained["backgroundRows"].Text()} background {shown["backgroundOf"].Text()}",
            .. explained["answers"].Items().SelectMany(answer => Lines(answer, shown["space"].Text())),
        ]);
    }

    private static IEnumerable<string> Lines(JsonObject answer, string space) =>
    [
        $"{answer["output"].Text()}{(answer["class"] is { } name ? $" {name.Text()}" : "")}: {ExplainVersionCommand.Number(answer["prediction"])}, usually {ExplainVersionCommand.Number(answer["base"])}{(space == "output" ? "" : $" ({space})")}",
        .. answer["columns"].Items().OrderByDescending(column => Math.Abs(column["phi"]!.GetValue<double>())).Select(column =>
            $"  {column["column"].Text(),-28} {column["value"].Text(),-16} {Signed(column["phi"]),10}  ± {ExplainVersionCommand.Number(column["standardError"])}"),
    ];

    private static string Signed(JsonNode? phi) => phi!.GetValue<double>() >= 0 ? "+" + ExplainVersionCommand.Number(phi) : ExplainVersionCommand.Number(phi);
}
