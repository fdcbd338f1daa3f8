using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Batches;

/// <summary>How a batch run is cut and written.</summary>
internal sealed class BatchFlags
{
    private readonly Option<int?> shardRows = new("--shard-rows") { Description = "Rows that go to a node in one request; else 1,000", HelpName = "N" };
    private readonly Option<int?> nodes = new("--nodes") { Description = "On how many nodes it runs; else 2", HelpName = "N" };
    private readonly Option<string[]> keep = new("--keep") { Description = "Columns of the input that go into the output", HelpName = "COLUMN…", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> key = new("--idempotency-key") { Description = "Repeating a command under the same key asks once", HelpName = "KEY" };

    public Option<string?> Format { get; } = new("--format") { Description = "csv, parquet or jsonl; else as the file is named, else csv", HelpName = "FORMAT" };

    public void AddTo(Command command)
    {
        Format.AcceptOnlyFromAmong("csv", "parquet", "jsonl");
        foreach (var option in new Option[] { Format, shardRows, nodes, keep, key })
            command.Options.Add(option);
    }

    public JsonObject Input(ParseResult parsed)
    {
        var input = new JsonObject { ["shardRows"] = parsed.GetValue(shardRows), ["nodes"] = parsed.GetValue(nodes) };
        if (parsed.GetValue(keep) is { Length: > 0 } columns)
            input["keep"] = new JsonArray([.. columns.Select(column => JsonValue.Create(column))]);
        input.AddGiven("idempotencyKey", parsed.GetValue(key));
        return input;
    }
}
