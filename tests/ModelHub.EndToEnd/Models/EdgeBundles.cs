using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Models;

/// <summary>A version taken to where no registry is: the command line verifies it without the API.</summary>
[Collection(SharedStack.Name)]
public sealed class EdgeBundles(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_bundle_is_exported_twice_alike_verified_and_run_offline_and_refused_once_a_byte_is_changed()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("edge", 2, ct);
        var folder = Directory.CreateTempSubdirectory("modelhub-edge-").FullName;
        var (bundle, again, key) = (Path.Combine(folder, "one.mhb"), Path.Combine(folder, "two.mhb"), Path.Combine(folder, "key.pem"));

        (await stack.RunAsync(ct, "bundle", "export", $"{model}@1", "--output", bundle)).Expect(0);
        (await stack.RunAsync(ct, "bundle", "export", $"{model}@1", "--output", again)).Expect(0);
        await File.WriteAllTextAsync(key, (await stack.RunAsync(ct, "bundle", "key")).Expect(0).Json.GetProperty("key").GetProperty("publicKey").GetString(), ct);
        var verified = (await VerifyAsync(ct, bundle, "--key", key, "--run")).Expect(0).Json;
        var alone = (await VerifyAsync(ct, bundle)).Expect(1).Json;
        (await VerifyAsync(ct, bundle, "--untrusted")).Expect(0);
        var bytes = await File.ReadAllBytesAsync(bundle, ct);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(again, ct));
        bytes[^2000] ^= 1;
        await File.WriteAllBytesAsync(again, bytes, ct);
        var forged = (await VerifyAsync(ct, again, "--key", key)).Expect(1).Json;

        Assert.Equal((true, true, model), (verified.GetProperty("verified").GetBoolean(), verified.GetProperty("origin").GetBoolean(), verified.GetProperty("model").GetString()));
        Assert.NotEqual("", verified.GetProperty("runtime").GetString());
        Assert.Equal((false, false), (alone.GetProperty("verified").GetBoolean(), alone.GetProperty("origin").GetBoolean()));
        Assert.False(forged.GetProperty("verified").GetBoolean());
        Assert.NotEqual("", forged.GetProperty("problem").GetString());
        Directory.Delete(folder, recursive: true);
    }

    private static Task<CommandResult> VerifyAsync(CancellationToken ct, params string[] arguments) =>
        ModelHubCommand.RunAsync(["bundle", "verify", .. arguments, "--json"], TimeSpan.FromMinutes(2), ct);
}
