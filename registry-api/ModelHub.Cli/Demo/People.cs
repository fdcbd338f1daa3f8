using System.Text.Json.Nodes;
using ModelHub.Cli.Access;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>The people of the story, signed in as people are: by a one-time link.</summary>
internal static class People
{
    /// <summary>A person with these roles everywhere; made when missing.</summary>
    public static async Task<GraphClient> SignInAsync(GraphClient admin, string name, string displayName, string[] roles, CancellationToken ct)
    {
        var users = (await admin.QueryAsync(Documents.ListUsers, null, ct))["users"].Items();
        var id = users.FirstOrDefault(user => user["name"].Text() == name)?["id"].Text();
        if (id is null)
        {
            var made = await admin.ChangeAsync(Documents.CreateUser, new() { ["name"] = name, ["displayName"] = displayName }, ct);
            id = made["user"]!["id"].Text();
            foreach (var role in roles)
                await admin.ChangeAsync(Documents.BindRole, new() { ["user"] = id, ["role"] = role }, ct);
        }

        var link = await admin.RevealAsync(Documents.CreateLoginLink, new() { ["user"] = id }, ct);
        var api = admin.Http.BaseAddress!;
        var token = await LoginCommand.RedeemAsync(api.ToString(), LoginCommand.Code(link["loginLink"]!["url"].Text()), ct);
        return GraphClient.To(api, token);
    }

    /// <summary>A token of the bank's application, which may ask for predictions and nothing else.</summary>
    public static async Task<string> ApplicationTokenAsync(GraphClient admin, string model, CancellationToken ct, string environment = "production")
    {
        var input = new JsonObject
        {
            ["name"] = $"loan-application-{Guid.NewGuid():N}"[..30],
            ["scopes"] = new JsonArray("INFER"),
            ["bindings"] = new JsonArray(new JsonObject { ["role"] = "CONTRIBUTOR", ["namespace"] = model, ["environment"] = environment }),
            ["expiresInDays"] = 1,
        };
        return (await admin.RevealAsync(Documents.CreateServiceToken, input, ct))["secret"].Text();
    }
}
