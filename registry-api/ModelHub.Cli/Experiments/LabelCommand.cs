using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Experiments;

/// <summary><c>experiment label ID KEY=VALUE…</c>, or a file of such lines.</summary>
internal static class LabelCommand
{
    private const int AtOnce = 5_000;

    public static Command Create(Client client)
    {
        var id = new Argument<string>("ID");
        var labels = new Argument<string[]>("KEY=VALUE") { Description = "A key and its number", Arity = ArgumentArity.ZeroOrMore };
        var file = new Option<FileInfo?>("--file") { Description = "Lines of KEY=VALUE", HelpName = "PATH" };
        var requests = new Option<bool>("--by-request") { Description = "KEY is the id of a request: one that the router made, or your own by which the key first came" };
        var command = new Command("label", "Say what became of keys; what is said again later counts") { id, labels, file, requests };
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var given = parsed.GetValue(labels) ?? [];
            var lines = parsed.GetValue(file) is { } from ? await File.ReadAllLinesAsync(from.FullName, ct) : [];
            var all = given.Concat(lines.Where(line => line.Length > 0)).Select(line => Read(line, parsed.GetValue(requests))).ToList();
            foreach (var some in all.Chunk(AtOnce))
                await session.Graph.ChangeAsync(
                    Documents.RecordLabels, new JsonObject { ["experiment"] = parsed.GetRequiredValue(id), ["labels"] = new JsonArray([.. some]) }, ct);
            return Outcome.Done(new JsonObject { ["labels"] = all.Count }, $"{all.Count} labels");
        });
    }

    // A key may hold an equals sign; a number does not.
    private static JsonObject Read(string line, bool isRequest)
    {
        var cut = line.LastIndexOf('=');
        if (cut <= 0 || !double.TryParse(line.AsSpan(cut + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            throw new BrokenWorldException($"{line} is no label; a label is written KEY=VALUE, the value a finite number.");
        return new JsonObject { [isRequest ? "request" : "key"] = line[..cut], ["value"] = value };
    }
}
