using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Data;

/// <summary><c>data register | show | expect | lineage | diff</c>.</summary>
internal static class DataCommands
{
    public static Command Create(Client client) => new("data", "Datasets and their versions") { RegisterData.Create(client), Show(client), ExpectCommand.Create(client), LineageCommand.Create(client, "dataset"), DiffCommand.Create(client) };

    private static Command Show(Client client)
    {
        var version = VersionName.Argument("DATASET@N", "Which version");
        return client.Runs(new Command("show", "One version of a dataset, with its profile") { version }, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var data = await session.Graph.QueryAsync(Documents.ReadDataVersion, new { dataset = wanted.Name, version = wanted.Number }, ct);
            var found = data["dataVersion"] as JsonObject ?? throw Missing.Of("DataVersion", wanted.ToString());
            var shown = found.DeepClone().AsObject();
            shown.Insert(0, "dataset", wanted.Name);
            shown.Insert(1, "version", wanted.Number);
            shown["state"] = found["state"].Word();
            shown["rows"] = found["rowCount"].Copy();
            shown.Remove("rowCount");
            var users = found["usedBy"]!["totalCount"]!.GetValue<int>();
            shown["usedBy"] = Names(found["usedBy"]!["nodes"]);
            shown["usedByTotal"] = users;
            shown["liveVersions"] = Names(found["liveVersions"]);
            if (found["madeBy"] is { } made)
                shown["madeBy"] = new JsonObject { ["batch"] = made["id"].Copy(), ["version"] = $"{made["version"]!["model"]!["name"].Text()}@{made["version"]!["number"].Text()}" };
            return Outcome.Done(shown,
            [
                $"{wanted}  {shown["state"].Text()}  {shown["rows"].Text()} rows  {shown["failure"].Text()}".TrimEnd(),
                .. found["files"].Items().Where(file => file["source"] is not null).Select(file => $"  from     {file["source"].Text()}"),
                .. found["profile"]?["columns"].Items().Select(Describe) ?? [],
                .. DescribeOutcomes.Of(shown["outcomes"]),
                .. shown["madeBy"] is { } run ? [$"  made by  {run["version"].Text()} in batch run {run["batch"].Text()}"] : Array.Empty<string>(),
                .. shown["usedBy"]!.AsArray().Select(user => $"  used by  {user.Text()}"),
                .. users > shown["usedBy"]!.AsArray().Count ? [$"  used by  {users} versions; these are the newest"] : Array.Empty<string>(),
                .. shown["liveVersions"]!.AsArray().Select(user => $"  live     {user.Text()}"),
            ]);
        });
    }

    private static JsonArray Names(JsonNode? versions) =>
        [.. versions.Items().Select(version => JsonValue.Create($"{version["model"]!["name"].Text()}@{version["number"].Text()}"))];

    internal static string Describe(JsonObject column) =>
        $"  {column["name"].Text(),-24} {column["type"].Text(),-10} {column["nulls"].Text(),7} missing  {column["distinct"].Text(),7} distinct  {Range(column)}".TrimEnd();

    // Numbers and times have ends; of texts the most frequent values say more.
    private static string Range(JsonObject column) => column["min"] is null && column["max"] is null
        ? string.Join(", ", column["topValues"].Items().Take(4).Select(top => $"{top["value"].Text()} ({top["count"].Text()})"))
        : $"{column["min"].Text()} … {column["max"].Text()}";
}
