using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Access;

/// <summary><c>login</c>: keeps an API and a token for the commands that follow.</summary>
internal static class LoginCommand
{
    public static Command Create(Client client)
    {
        var link = new Argument<string?>("LINK") { Description = "A one-time login link, or the code in it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("login", "Remember an API and a token; with a link, redeem it for one") { link };
        command.SetAction(async (parsed, ct) =>
        {
            var screen = Screen.Standard(parsed.GetValue(client.Json));
            try
            {
                var url = parsed.GetValue(client.Url) ?? Environment.GetEnvironmentVariable("MODELHUB_URL")
                    ?? Connection.Read(StackOptions.DefaultData)?.Api ?? $"http://127.0.0.1:{StackOptions.DefaultPort}";
                var token = parsed.GetValue(link) is { } given
                    ? await RedeemAsync(url, Code(given), ct)
                    : parsed.GetValue(client.Token) ?? throw new BrokenWorldException("Give a login link, or --token.");
                return Client.Print(screen, await KeepAsync(new Credentials(url, token), ct));
            }
            catch (RefusedException refused)
            {
                return Client.Print(screen, refused.Refusal);
            }
        });
        return command;
    }

    /// <summary>A session token for a one-time code.</summary>
    public static async Task<string> RedeemAsync(string url, string code, CancellationToken ct)
    {
        var graph = GraphClient.To(Credentials.ApiAddress(url), token: null);
        using var answer = await graph.Http.PostAsync(new Uri($"api/v1/access/login-links/{Uri.EscapeDataString(code)}/redeem", UriKind.Relative), null, ct);
        if (!answer.IsSuccessStatusCode)
            throw await Problem.ReadAsync(answer, ct);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(ct))?["token"].Text() ?? "";
    }

    internal static string Code(string given) =>
        Uri.TryCreate(given, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" ? HttpUtility.ParseQueryString(link.Query)["code"] ?? "" : given;

    private static async Task<Outcome> KeepAsync(Credentials credentials, CancellationToken ct)
    {
        var graph = GraphClient.To(Credentials.ApiAddress(credentials.Url), credentials.Token);
        var me = (await graph.QueryAsync(Documents.ReadMe, null, ct))["me"]!;
        credentials.Save();
        return Outcome.Done(new() { ["url"] = credentials.Url, ["name"] = me["name"].Copy(), ["kind"] = me["kind"].Word() }, $"Signed in to {credentials.Url} as {me["name"].Text()}.");
    }
}
