using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Bundles;

/// <summary><c>bundle export | verify | key | rotate-key</c>.</summary>
internal static class BundleCommands
{
    public static Command Create(Client client) =>
        new("bundle", "Versions as signed files, for places without a registry") { ExportCommand.Create(client), VerifyCommand.Create(client.Json), Key(client), Rotate(client) };

    private static Command Key(Client client)
    {
        var name = new Option<string?>("--name") { Description = "An earlier key, by the name that a bundle gives", HelpName = "KEY" };
        return client.Runs(new Command("key", "Print the public key that bundles are signed with, as PEM") { name }, async (parsed, session, ct) =>
        {
            var keys = (await session.Graph.QueryAsync(Documents.ReadBundleKeys, null, ct))["bundleKeys"].Items().ToList();
            var wanted = parsed.GetValue(name);
            var found = keys.Find(key => wanted is null || key["name"].Text() == wanted)
                ?? throw (wanted is null ? new BrokenWorldException("There is no key yet: the first export makes one, or an administrator with ./modelhub bundle rotate-key.") : Missing.Of("BundleKey", wanted));
            return Outcome.Done(new JsonObject { ["key"] = found.DeepClone(), ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) }, found["publicKey"].Text().TrimEnd('\n'));
        });
    }

    private static Command Rotate(Client client) =>
        client.Runs(new Command("rotate-key", "Sign with a new key from now on; what earlier ones signed still verifies with them"), async (_, session, ct) =>
        {
            var made = (await session.Graph.ChangeAsync(Documents.RotateBundleKey, [], ct))["bundleKey"]!.DeepClone().AsObject();
            return Outcome.Done(made, $"Bundles are signed with the key {made["name"].Text()} from now on:", made["publicKey"].Text().TrimEnd('\n'));
        });
}
