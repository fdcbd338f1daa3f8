using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Webhooks;

/// <summary><c>webhook deliveries | replay</c>.</summary>
internal static class DeliveryCommands
{
    private static readonly string[] states = ["pending", "delivered", "parked"];

    public static Command List(Client client)
    {
        var name = new Argument<string>("NAME");
        var state = new Option<string?>("--state") { Description = string.Join(", ", states) }.AcceptOnlyFromAmong(states);
        var limit = new Option<int>("--limit") { Description = "How many, the newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        return client.Runs(new Command("deliveries", "What was sent or waits, with every try") { name, state, limit }, async (parsed, session, ct) =>
        {
            var variables = new JsonObject { ["webhook"] = parsed.GetRequiredValue(name) };
            if (parsed.GetValue(state) is { } only)
                variables["where"] = new JsonObject { ["state"] = new JsonObject { ["eq"] = only.ToUpperInvariant() } };
            var deliveries = await session.Graph.AllAsync(Documents.ListWebhookDeliveries, variables, data => data["webhookDeliveries"], parsed.GetValue(limit), ct);
            foreach (var delivery in deliveries)
                delivery["state"] = delivery["state"].Word();
            return Outcome.Done(new() { ["deliveries"] = new JsonArray([.. deliveries.Select(delivery => delivery.DeepClone())]) }, [.. deliveries.Select(Line)]);
        });
    }

    public static Command Replay(Client client)
    {
        var id = new Argument<string>("DELIVERY") { Description = "Its id, as deliveries prints it" };
        return client.Runs(new Command("replay", "Send a message again, before what waits") { id }, async (parsed, session, ct) =>
        {
            var delivery = (await session.Graph.ChangeAsync(Documents.ReplayWebhookDelivery, new JsonObject { ["id"] = parsed.GetRequiredValue(id) }, ct))["webhookDelivery"]!;
            return Outcome.Done(
                new() { ["id"] = delivery["id"].Copy(), ["state"] = delivery["state"].Word() }, $"{delivery["type"].Text()} ({delivery["eventSequence"].Text()}) is sent again.");
        });
    }

    private static string Line(JsonObject delivery) =>
        $"{delivery["id"].Text()}  {delivery["eventSequence"].Text(),8} {delivery["type"].Text(),-28} {delivery["state"].Text(),-9} {delivery["attempts"].Text()} tries  {delivery["failure"].Text()}".TrimEnd();
}
