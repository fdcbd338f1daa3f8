using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Webhooks;

/// <summary><c>webhook create | list | update | rotate | pause | resume | ping | remove | deliveries | replay</c>.</summary>
internal static class WebhookCommands
{
    public static Command Create(Client client) => new("webhook", "Receivers of events")
    {
        New(client), List(client), Update(client), Rotate(client),
        Change(client, "pause", "Send nothing until it is resumed; what happens meanwhile waits", Documents.PauseWebhook),
        Change(client, "resume", "Send again, first what waits", Documents.ResumeWebhook),
        Change(client, "ping", "Send it an event webhook.pinged", Documents.PingWebhook),
        Change(client, "remove", "End it, with what waits and its delivery log", Documents.RemoveWebhook),
        DeliveryCommands.List(client), DeliveryCommands.Replay(client),
    };

    private static Command New(Client client)
    {
        var name = new Argument<string>("NAME");
        var address = new Option<string>("--to") { Description = "Where messages are posted, https", HelpName = "URL", Required = true };
        var types = Types();
        return client.Runs(new Command("create", "A new receiver; the secret that messages are signed with is shown once") { name, address, types }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["url"] = parsed.GetRequiredValue(address), ["types"] = Array(parsed.GetValue(types)) };
            return Revealed(await session.Graph.RevealAsync(Documents.CreateWebhook, input, ct));
        });
    }

    private static Command Update(Client client)
    {
        var name = new Argument<string>("NAME");
        var address = new Option<string?>("--to") { Description = "Another address", HelpName = "URL" };
        var types = Types();
        return client.Runs(new Command("update", "Another address, or other events") { name, address, types }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["url"] = parsed.GetValue(address), ["types"] = Array(parsed.GetValue(types)) };
            return Shown((await session.Graph.ChangeAsync(Documents.UpdateWebhook, input, ct))["webhook"]!);
        });
    }

    private static Command Rotate(Client client)
    {
        var name = new Argument<string>("NAME");
        var overlap = new Option<int>("--overlap-hours") { Description = "For how long the secret before signs beside the new one", HelpName = "N", DefaultValueFactory = _ => 24 };
        return client.Runs(new Command("rotate", "A new secret; it is shown once") { name, overlap }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["overlapHours"] = parsed.GetValue(overlap) };
            return Revealed(await session.Graph.RevealAsync(Documents.RotateWebhookSecret, input, ct));
        });
    }

    private static Command List(Client client) => client.Runs(new Command("list", "All receivers"), async (_, session, ct) =>
    {
        var webhooks = (await session.Graph.QueryAsync(Documents.ListWebhooks, null, ct))["webhooks"].Items().Select(Document).ToList();
        return Outcome.Done(new() { ["webhooks"] = new JsonArray([.. webhooks]) }, [.. webhooks.Select(Line)]);
    });

    private static Command Change(Client client, string verb, string does, string document)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command(verb, does) { name }, async (parsed, session, ct) =>
            Shown((await session.Graph.ChangeAsync(document, new JsonObject { ["name"] = parsed.GetRequiredValue(name) }, ct))["webhook"]!));
    }

    private static Option<string[]> Types() =>
        new("--type") { Description = "An event type such as version.promoted, or promotion.*; may be repeated; else all", AllowMultipleArgumentsPerToken = true };

    private static JsonArray? Array(string[]? types) => types is { Length: > 0 } ? new JsonArray([.. types.Select(type => JsonValue.Create(type))]) : null;

    private static Outcome Shown(JsonNode webhook)
    {
        var shown = Document(webhook);
        return Outcome.Done(shown, Line(shown));
    }

    private static Outcome Revealed(JsonObject payload)
    {
        var shown = Document(payload["webhook"]!);
        shown["secret"] = payload["secret"].Copy();
        return Outcome.Done(shown, Line(shown), $"  {payload["secret"].Text()}", "  Keep it now: it is not shown again.");
    }

    private static JsonObject Document(JsonNode webhook)
    {
        var shown = webhook.DeepClone().AsObject();
        shown["state"] = webhook["state"].Word();
        return shown;
    }

    private static string Line(JsonObject webhook)
    {
        var types = string.Join(' ', webhook["types"]!.AsArray().Select(type => type.Text()));
        return $"{webhook["name"].Text(),-20} {webhook["state"].Text(),-8} {webhook["url"].Text()}  {(types.Length == 0 ? "all events" : types)}  {webhook["reason"].Text()}".TrimEnd();
    }
}
