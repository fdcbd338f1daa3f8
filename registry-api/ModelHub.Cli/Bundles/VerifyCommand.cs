using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Bundles;

/// <summary><c>bundle verify FILE --key FILE [--run]</c>: needs no API and no network. Exit code 0 verified, 1 not.</summary>
internal static class VerifyCommand
{
    private const int LeastKeyBits = 2048;

    public static Command Create(Option<bool> json)
    {
        var file = new Argument<string>("FILE") { Description = "A bundle" };
        var key = new Option<string?>("--key") { Description = "The public key to believe, as bundle key prints it", HelpName = "FILE" };
        var run = new Option<bool>("--run") { Description = "Also load the model and compare its answer to the sample" };
        var untrusted = new Option<bool>("--untrusted") { Description = "Be content, without a key, with a bundle that agrees with itself" };
        var command = new Command("verify", "Whether a bundle is whole and was signed with the key; offline") { file, key, run, untrusted };
        command.Validators.Add(result =>
        {
            if (result.GetValue(key) is not null && result.GetValue(untrusted))
                result.AddError("--untrusted is for want of a --key: give one of them.");
        });
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(file), new Wanted(parsed.GetValue(key), parsed.GetValue(run), parsed.GetValue(untrusted)), Screen.Standard(parsed.GetValue(json)), ct));
        return command;
    }

    private sealed record Wanted(string? Key, bool Run, bool Untrusted);

    private static async Task<int> RunAsync(string path, Wanted wanted, Screen screen, CancellationToken ct)
    {
        using var key = wanted.Key is { } given ? await KeyAsync(given, ct) : null;
        if (!File.Exists(path))
            throw new BrokenWorldException($"There is no file {path}.");
        var unpacked = wanted.Run ? Directory.CreateTempSubdirectory("modelhub-bundle-") : null;
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024);
            var manifest = VerifyBundle.Run(file, key, unpacked?.FullName);
            var runtime = unpacked is null ? null : await RunSample.RunAsync(manifest, unpacked.FullName, ct);
            return Client.Print(screen, Told(manifest, key is not null, wanted.Untrusted, runtime));
        }
        catch (InvalidBundleException fault)
        {
            screen.Note($"Not verified: {fault.Message}.");
            return Client.Print(screen, new Outcome(ExitCode.Failed, new() { ["verified"] = false, ["member"] = fault.Member, ["problem"] = fault.Wrong }));
        }
        finally
        {
            unpacked?.Delete(recursive: true);
        }
    }

    private static Outcome Told(Manifest manifest, bool signed, bool untrusted, string? runtime)
    {
        var document = new JsonObject
        {
            ["verified"] = signed || untrusted,
            ["origin"] = signed,
            ["model"] = manifest.Model,
            ["version"] = manifest.Version,
            ["key"] = manifest.Key,
            ["members"] = manifest.Members.Count,
            ["runtime"] = runtime,
        };
        var bundle = $"{manifest.Model}@{manifest.Version}, {manifest.Members.Count} members";
        string[] lines = signed
            ? [$"Verified: {bundle}, signed by the key {manifest.Key}."]
            : [$"The bundle agrees with itself: {bundle}.", $"Who made it was not checked: give the key {manifest.Key} with --key{(untrusted ? "" : ", or say --untrusted")}."];
        string[] ran = runtime is null ? [] : [$"ONNX Runtime {runtime} answers the sample as the bundle says (made by {manifest.Runtime})."];
        return new Outcome(signed || untrusted ? ExitCode.Done : ExitCode.Failed, document, [.. lines, .. ran]);
    }

    private static async Task<RSA> KeyAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new BrokenWorldException($"There is no file {path}.");
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(await File.ReadAllTextAsync(path, ct));
            return key.KeySize >= LeastKeyBits ? key : throw new CryptographicException($"it has {key.KeySize} bits, fewer than {LeastKeyBits}");
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            // What the library says of a file that is no PEM speaks of its own parameters.
            throw new BrokenWorldException($"{path} holds no public key of bundles: {(fault is CryptographicException ? fault.Message : "it is no PEM file of one key")}", fault);
        }
    }
}
