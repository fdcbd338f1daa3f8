using System.CommandLine;
using System.Text.Json.Nodes;
using System.Xml;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Training;

/// <summary><c>--from-ledger</c> of <c>train</c>: labelled predictions become a version of the pipeline's dataset first.</summary>
internal sealed class LedgerData
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(30);

    private readonly Option<TimeSpan> window = Duration.Option("--from-ledger", "Train on the labelled predictions of so long until now", TimeSpan.Zero, TimeSpan.FromDays(366));
    private readonly Option<string> environment = new("--env") { Description = "Where they were made (with --from-ledger)", HelpName = "NAME", DefaultValueFactory = _ => "production" };
    private readonly Option<int> rows = new("--min-rows") { Description = "With fewer labelled rows nothing is trained (with --from-ledger)", HelpName = "N", DefaultValueFactory = _ => 1_000 };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { window, environment, rows })
            command.Options.Add(option);
    }

    public bool IsAskedFor(ParseResult parsed) => parsed.GetResult(window) is { Implicit: false };

    /// <returns>the number of the data version, once it is profiled</returns>
    public async Task<int> FreezeAsync(Session session, string pipeline, ParseResult parsed, CancellationToken ct)
    {
        var input = new JsonObject
        {
            ["pipeline"] = pipeline,
            ["environment"] = parsed.GetValue(environment),
            ["window"] = XmlConvert.ToString(parsed.GetValue(window)),
            ["minimumRows"] = parsed.GetValue(rows),
        };
        var id = (await session.Graph.ChangeAsync(Documents.FreezeLedger, input, ct))["ledgerFreeze"]!["id"].Text();
        var frozen = await Waiting.UntilAsync(session.Screen, "Freezing labelled predictions", bound, () => EndedAsync(session.Graph, id, ct), ct)
            ?? throw NoData("They are still being written or profiled; see ./modelhub operation list.");
        if (frozen["dataVersion"] is not JsonObject version)
            throw NoData($"{frozen["operation"]!["failure"].Text() ?? "It was cancelled"}.");
        if (version["state"].Text() is not "READY")
            throw NoData($"Version {version["number"].Text()} of the data could not be profiled: {version["failure"].Text()}");
        session.Screen.Note($"{frozen["operation"]!["message"].Text()} are {version["dataset"]!["name"].Text()}@{version["number"].Text()}.");
        return version["number"]!.GetValue<int>();
    }

    private static RefusedException NoData(string why) => new(new Refusal("NoData", why, []));

    private static async Task<JsonNode?> EndedAsync(GraphClient graph, string id, CancellationToken ct)
    {
        var freeze = (await graph.QueryAsync(Documents.ReadLedgerFreeze, new { id }, ct))["node"];
        return freeze?["operation"]!["state"].Text() switch
        {
            "FAILED" or "CANCELLED" => freeze,
            "SUCCEEDED" => freeze["dataVersion"]?["state"].Text() is "READY" or "FAILED" ? freeze : null,
            _ => null,
        };
    }
}
