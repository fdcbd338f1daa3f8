using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Access;

/// <summary><c>access token create | revoke | list</c>.</summary>
internal static class TokenCommands
{
    private static readonly string[] roles = ["viewer", "contributor", "approver", "operator", "admin"];
    private static readonly string[] scopes = ["read", "write", "infer", "admin"];

    public static Command Create(Client client) => new("access", "Who may do what")
    {
        new Command("token", "Service tokens") { CreateToken(client), Revoke(client), List(client) },
    };

    private static Command CreateToken(Client client)
    {
        var name = new Argument<string>("NAME");
        var role = new Option<string>("--role") { Description = string.Join(", ", roles), Required = true }.AcceptOnlyFromAmong(roles);
        var @namespace = new Option<string>("--namespace") { Description = "Which models: a prefix such as risk, or *", DefaultValueFactory = _ => "*" };
        var environment = new Option<string>("--env") { Description = "Which environment, or *", DefaultValueFactory = _ => "*" };
        var scope = new Option<string[]>("--scope") { Description = string.Join(", ", scopes) + "; may be repeated; else what the role allows" }.AcceptOnlyFromAmong(scopes);
        var days = new Option<int>("--expires-in-days") { HelpName = "N", DefaultValueFactory = _ => 90 };
        var command = new Command("create", "A new service token; its secret is shown once") { name, role, @namespace, environment, scope, days };
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var binding = new JsonObject
            {
                ["role"] = parsed.GetRequiredValue(role).ToUpperInvariant(),
                ["namespace"] = parsed.GetValue(@namespace),
                ["environment"] = parsed.GetValue(environment),
            };
            var input = new JsonObject
            {
                ["name"] = parsed.GetRequiredValue(name),
                ["scopes"] = new JsonArray([.. Scopes(parsed.GetValue(scope), parsed.GetRequiredValue(role)).Select(one => JsonValue.Create(one.ToUpperInvariant()))]),
                ["bindings"] = new JsonArray(binding),
                ["expiresInDays"] = parsed.GetValue(days),
            };
            var made = await session.Graph.RevealAsync(Documents.CreateServiceToken, input, ct);
            var token = made["serviceToken"]!;
            return Outcome.Done(
                new() { ["id"] = token["id"].Copy(), ["name"] = token["name"].Copy(), ["secret"] = made["secret"].Copy(), ["expiresAt"] = token["expiresAt"].Copy() },
                $"{token["name"].Text()}  {token["id"].Text()}  expires {token["expiresAt"].Text()}", $"  {made["secret"].Text()}", "  Keep it now: it is not shown again.");
        });
    }

    private static Command Revoke(Client client)
    {
        var id = new Argument<string>("ID");
        return client.Runs(new Command("revoke", "End a service token at once") { id }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["id"] = parsed.GetRequiredValue(id) };
            var token = (await session.Graph.ChangeAsync(Documents.RevokeServiceToken, input, ct))["serviceToken"]!;
            return Outcome.Done(new() { ["id"] = token["id"].Copy(), ["name"] = token["name"].Copy() }, $"Revoked {token["name"].Text()}.");
        });
    }

    private static Command List(Client client) =>
        client.Runs(new Command("list", "All service tokens"), async (_, session, ct) =>
        {
            var tokens = (await session.Graph.QueryAsync(Documents.ListServiceTokens, null, ct))["serviceTokens"].Items().ToList();
            return Outcome.Done(
                new() { ["tokens"] = new JsonArray([.. tokens.Select(token => token.DeepClone())]) },
                [.. tokens.Select(token => $"{token["id"].Text()}  {token["name"].Text(),-24} expires {token["expiresAt"].Text()}")]);
        });

    private static string[] Scopes(string[]? given, string role) => given is { Length: > 0 }
        ? given
        : role switch
        {
            "viewer" => ["read"],
            "approver" => ["read", "write"],
            "admin" => scopes,
            _ => ["read", "write", "infer"],
        };
}
