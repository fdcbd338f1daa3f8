using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Access;

/// <summary><c>login-link</c>: a way into the console for a person, good for one sign-in.</summary>
internal static class LoginLinkCommand
{
    public static Command Create(Client client)
    {
        var user = new Argument<string>("USER") { Description = "Name of the person", DefaultValueFactory = _ => "admin" };
        return client.Runs(new Command("login-link", "Make a one-time login link for the console") { user }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["user"] = parsed.GetRequiredValue(user) };
            var link = (await session.Graph.RevealAsync(Documents.CreateLoginLink, input, ct))["loginLink"]!;
            return Outcome.Done(
                new() { ["url"] = link["url"].Copy(), ["expiresAt"] = link["expiresAt"].Copy() },
                link["url"].Text(), $"  for one sign-in, until {link["expiresAt"].Text()}");
        });
    }
}
