using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Data;
using ModelHub.Cli.Explanations;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>version register | show | list | accept-scan | quantize | explain | unblock | lineage</c>.</summary>
internal static class VersionCommands
{
    public static Command Create(Client client) =>
        new("version", "Versions of a model") { RegisterVersion.Create(client), Show(client), List(client), AcceptScanCommand.Create(client), QuantizeCommand.Create(client), ExplainVersionCommand.Create(client), UnblockCommand.Create(client), LineageCommand.Create(client, "model") };

    private static Command Show(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        return client.Runs(new Command("show", "One version") { version }, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var data = await session.Graph.QueryAsync(Documents.ReadVersion, new { model = wanted.Name, version = wanted.Number }, ct);
            var found = data["version"] as JsonObject ?? throw Missing.Of("Version", wanted.ToString());
            var shown = found.DeepClone().AsObject();
            shown.Remove("number");
            shown.Insert(0, "model", wanted.Name);
            shown.Insert(1, "version", wanted.Number);
            shown["state"] = found["state"].Word();
            shown["metrics"] = found["metrics"].ToMap("name", "value");
            shown["parameters"] = found["parameters"].ToMap("name", "value");
            shown["tags"] = found["tags"].ToMap("key", "value");
            shown["parent"] = found["parent"]?["number"].Copy();
            shown["trainingRun"] = found["trainingRun"]?["id"].Copy();
            shown["dataVersions"] = new JsonArray([.. found["dataVersions"].Items().Select(used => JsonValue.Create($"{used["dataset"]!["name"].Text()}@{used["number"].Text()}"))]);
            shown["aliases"] = new JsonArray([.. found["aliases"].Items().Select(alias => alias["name"].Copy())]);
            shown["endpoints"] = new JsonArray([.. found["endpoints"].Items().Select(endpoint => endpoint["environment"]!["name"].Copy())]);
            return Outcome.Done(shown,
            [
                $"{wanted}  {shown["state"].Text()}  {shown["failure"].Text()}".TrimEnd(),
                $"  digest   {shown["digest"].Text()}",
                .. Tensors("input", found["signature"]?["inputs"]),
                .. Tensors("output", found["signature"]?["outputs"]),
                .. shown["metrics"]!.AsObject().Select(metric => $"  metric   {metric.Key} = {metric.Value.Text()}"),
                .. shown["dataVersions"]!.AsArray().Select(used => $"  data     {used.Text()}"),
                .. shown["endpoints"]!.AsArray().Select(at => $"  serves   {at.Text()}"),
            ]);
        });
    }

    private static Command List(Client client)
    {
        var model = new Argument<string>("MODEL");
        var where = VersionFilter.Option();
        return client.Runs(new Command("list", "The versions of a model, newest first") { model, where }, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(model);
            var filter = parsed.GetValue(where)!;
            var variables = new JsonObject { ["model"] = name, ["where"] = VersionFilter.Where(filter) };
            var versions = await session.Graph.AllAsync(Documents.ListVersions, variables, data => (data["model"] ?? throw Missing.Of("Model", name))["versions"], int.MaxValue, ct);
            var found = versions.Select(version => new JsonObject
            {
                ["version"] = version["number"].Copy(),
                ["state"] = version["state"].Word(),
                ["digest"] = version["digest"].Copy(),
                ["format"] = version["format"].Copy(),
                ["metrics"] = version["metrics"].ToMap("name", "value"),
                ["tags"] = version["tags"].ToMap("key", "value"),
                ["aliases"] = new JsonArray([.. version["aliases"].Items().Select(alias => alias["name"].Copy())]),
                ["createdBy"] = version["createdBy"].Copy(),
                ["createdAt"] = version["createdAt"].Copy(),
            }).ToList();
            return Outcome.Done(
                new() { ["model"] = name, ["versions"] = new JsonArray([.. found]) },
                [.. found.Select(version => $"{version["version"].Text(),6}  {version["state"].Text(),-10}  {version["digest"].Text()}  {version["createdAt"].Text()}")]);
        });
    }

    internal static IEnumerable<string> Tensors(string kind, JsonNode? tensors) =>
        tensors.Items().Select(tensor => $"  {kind,-8} {tensor["name"].Text()} {tensor["datatype"].Text()}[{string.Join(',', tensor["shape"]!.AsArray().Select(size => size.Text() == "-1" ? "?" : size.Text()))}]");
}
