using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Data;

/// <summary><c>data expect</c>: what versions of a dataset shall keep to; without a file, what they shall keep to now.</summary>
internal static class ExpectCommand
{
    public static Command Create(Client client)
    {
        var dataset = new Argument<string>("DATASET");
        var file = new Option<string?>("--file") { Description = "The expectations, JSON or YAML; without it they are shown", HelpName = "FILE" };
        var expect = new Option<long?>("--expect-revision") { Description = "Refuse unless the dataset has this revision now", HelpName = "N" };
        var key = new Option<string?>("--idempotency-key") { Description = "Repeating a command under the same key changes it once", HelpName = "KEY" };
        return client.Runs(new Command("expect", "What versions of a dataset shall keep to") { dataset, file, expect, key }, (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(dataset);
            return parsed.GetValue(file) is { } path ? SetAsync(session, name, path, parsed.GetValue(expect), parsed.GetValue(key), ct) : ShowAsync(session, name, ct);
        });
    }

    private static async Task<Outcome> SetAsync(Session session, string dataset, string file, long? revision, string? key, CancellationToken ct)
    {
        var input = new JsonObject { ["dataset"] = dataset, ["expectations"] = await DocumentFile.ReadAsync(file, "expectations", ct) };
        input.AddGiven("idempotencyKey", key);
        if (revision is not null)
            input["expectedRevision"] = revision;
        var set = (await session.Graph.ChangeAsync(Documents.SetDatasetExpectations, input, ct))["dataset"]!;
        return Outcome.Done(
            new() { ["dataset"] = dataset, ["number"] = set["expectationsNumber"].Copy(), ["revision"] = set["revision"].Copy() },
            $"{dataset} has expectations {set["expectationsNumber"].Text()}; versions registered from now on are judged by them.");
    }

    private static async Task<Outcome> ShowAsync(Session session, string dataset, CancellationToken ct)
    {
        var read = (await session.Graph.QueryAsync(Documents.ReadExpectations, new { dataset }, ct))["dataset"] ?? throw Missing.Of("Dataset", dataset);
        var (revision, standing) = (read["revision"].Copy(), read["expectations"]);
        return Outcome.Done(
            new() { ["dataset"] = dataset, ["revision"] = revision, ["number"] = standing?["number"].Copy(), ["expectations"] = standing?["document"].Copy() },
            standing is null ? $"{dataset} expects nothing." : standing["document"]!.ToJsonString(Screen.Readable));
    }
}
