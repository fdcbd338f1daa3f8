using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Predictions;

/// <summary><c>label MODEL --env ENV REQUEST=VALUE…</c> and <c>labels import MODEL FILE --env ENV</c>: what was true of requests.</summary>
internal static class LabelCommands
{
    /// <summary>So many fit into one request to the API, however long they are.</summary>
    private const int AtOnce = 1_000;

    public static IEnumerable<Command> Create(Client client) => [Label(client), new Command("labels", "What was true of requests, from files") { Import(client) }];

    private static Command Label(Client client)
    {
        var (model, environment, source) = Common();
        var labels = new Argument<string[]>("REQUEST=VALUE") { Description = "The id of a request, #ROW after it for another row than the first, and what was true of it", Arity = ArgumentArity.OneOrMore };
        var observed = new Option<DateTimeOffset?>("--observed-at") { Description = "When it was true (now); of several for one row the latest counts", HelpName = "TIME" };
        return client.Runs(new Command("label", "Say what was true of requests") { model, labels, environment, source, observed }, (parsed, session, ct) =>
            SendAsync(session, Input(parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment), parsed.GetValue(source)),
                [.. parsed.GetRequiredValue(labels).Select((text, i) => LabelRow.Typed(i + 1, text, parsed.GetValue(observed)))], "label", ct));
    }

    private static Command Import(Client client)
    {
        var (model, environment, source) = Common();
        var file = new Argument<FileInfo>("FILE") { Description = "A .csv file with the columns request, value and, if you like, row and observedAt; or .jsonl of such objects" };
        return client.Runs(new Command("import", "Labels from a CSV file or from lines of JSON") { model, file, environment, source }, async (parsed, session, ct) =>
        {
            var from = parsed.GetRequiredValue(file);
            if (!from.Exists)
                throw new BrokenWorldException($"{from.FullName} is not there.");
            using var reader = from.OpenText();
            var rows = from.Extension.ToLowerInvariant() is ".jsonl" or ".ndjson" ? LabelFile.Lines(reader) : LabelFile.Csv(reader);
            return await SendAsync(session, Input(parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment), parsed.GetValue(source)), rows, "line", ct);
        });
    }

    private static (Argument<string> Model, Option<string> Environment, Option<string?> Source) Common() => (
        new("MODEL"),
        new("--env") { Description = "The environment", HelpName = "ENV", Required = true },
        new("--source") { Description = "Who or what says so (you)", HelpName = "TEXT" });

    private static JsonObject Input(string model, string environment, string? source)
    {
        var input = new JsonObject { ["model"] = model, ["environment"] = environment };
        input.AddGiven("source", source);
        return input;
    }

    /// <summary>All in order. A refusal names the line; what was sent before it is kept, and sending all again changes no figure.</summary>
    private static async Task<Outcome> SendAsync(Session session, JsonObject input, IEnumerable<LabelRow> rows, string word, CancellationToken ct)
    {
        long labels = 0, duplicates = 0, corrections = 0, pending = 0;
        foreach (var some in rows.Chunk(AtOnce))
        {
            var asked = input.DeepClone().AsObject();
            asked["labels"] = new JsonArray([.. some.Select(row => row.Label)]);
            var counts = (await ChangeAsync(session, asked, some, word, labels, ct))["labelCounts"]!;
            labels += counts["labels"].Whole();
            duplicates += counts["duplicates"].Whole();
            corrections += counts["corrections"].Whole();
            pending += counts["pending"].Whole();
        }
        return Outcome.Done(
            new JsonObject { ["labels"] = labels, ["duplicates"] = duplicates, ["corrections"] = corrections, ["pending"] = pending },
            $"{labels} labels: {duplicates} said before, {corrections} corrections, {pending} of requests that are not written down (yet).");
    }

    private static async Task<JsonObject> ChangeAsync(Session session, JsonObject input, IReadOnlyList<LabelRow> rows, string word, long sent, CancellationToken ct)
    {
        try
        {
            return await session.Graph.ChangeAsync(Documents.LabelPredictions, input, ct);
        }
        catch (RefusedException refused) when (LabelFile.Place(refused.Refusal, rows) is var (line, rest))
        {
            var fields = refused.Refusal.Fields.DeepClone().AsObject();
            fields["field"] = $"{word} {line}{rest}";
            fields["sent"] = sent;
            throw new RefusedException(new Refusal(refused.Refusal.Name, $"{fields["field"].Text()}: {fields["limit"].Text()}", fields));
        }
    }
}
