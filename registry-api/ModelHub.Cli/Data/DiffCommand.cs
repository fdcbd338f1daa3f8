using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Data;

/// <summary><c>data diff DATASET A B</c>: what differs between two versions of a dataset.</summary>
internal static class DiffCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(30);

    public static Command Create(Client client)
    {
        var dataset = new Argument<string>("DATASET");
        var (from, to) = (new Argument<int>("A") { Description = "The earlier version" }, new Argument<int>("B") { Description = "The later version" });
        var key = new Option<string?>("--key") { Description = "Columns by which a row is the same row in both; without them rows are compared as a whole", HelpName = "COLUMN,…" };
        return client.Runs(new Command("diff", "What differs between two versions of a dataset") { dataset, from, to, key }, async (parsed, session, ct) =>
        {
            var (name, one, other) = (parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(from), parsed.GetRequiredValue(to));
            var columns = parsed.GetValue(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
            var input = new JsonObject { ["dataset"] = name, ["from"] = one, ["to"] = other, ["key"] = new JsonArray([.. columns.Select(column => JsonValue.Create(column))]) };
            var id = (await session.Graph.ChangeAsync(Documents.CompareDataVersions, input, ct))["dataDiff"]!["id"].Text();
            return Shown(session, $"{name}@{one}", $"{name}@{other}", await EndAsync(session, name, id, ct));
        });
    }

    private static Task<JsonNode?> EndAsync(Session session, string dataset, string id, CancellationToken ct) =>
        Waiting.UntilAsync(session.Screen, $"Comparing {dataset}", bound, async () =>
        {
            var diff = (await session.Graph.QueryAsync(Documents.ReadDataDiff, new { id }, ct))["node"];
            return diff?["operation"]!["state"].Text() is "SUCCEEDED" or "FAILED" or "CANCELLED" ? diff : null;
        }, ct);

    private static Outcome Shown(Session session, string from, string to, JsonNode? diff)
    {
        var shown = new JsonObject { ["from"] = from, ["to"] = to };
        if (diff is null)
            return new Outcome(ExitCode.Waiting, shown, $"{from} and {to} are still being compared.");
        if (diff["result"] is not JsonObject result)
        {
            shown["failure"] = diff["operation"]!["failure"].Copy();
            session.Screen.Note($"{from} and {to} were not compared: {shown["failure"].Text()}");
            return new Outcome(ExitCode.Failed, shown);
        }
        foreach (var (name, value) in result)
            shown[name] = value.Copy();
        var rows = result["rows"]!;
        var changed = rows["changed"] is null ? "" : $"{rows["changed"].Text()} changed, ";
        return Outcome.Done(shown,
        [
            $"{rows["added"].Text()} rows added, {rows["removed"].Text()} removed, {changed}{rows["same"].Text()} the same",
            .. result["schema"].Items().Select(change => $"  {change["kind"].Word(),-12} {change["column"].Text(),-24} {change["from"].Text()} → {change["to"].Text()}"),
            .. result["columns"].Items().Where(column => column["from"] is not null && column["to"] is not null).Select(Column),
        ]);
    }

    private static string Column(JsonObject column)
    {
        var (from, to) = (column["from"]!, column["to"]!);
        string Both(string figure) => $"{from[figure].Text()} → {to[figure].Text()}";
        return $"  {column["column"].Text(),-24} drift {(column["drift"] is { } drift ? $"{drift.GetValue<double>():0.000}" : "-"),6}   missing {Both("nulls")}   distinct {Both("distinct")}{(from["mean"] is null ? "" : $"   mean {Both("mean")}")}";
    }
}
