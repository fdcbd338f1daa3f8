using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Clients;

/// <summary><c>schema print</c> shows the same bytes with and without a running API: those of the golden file.</summary>
[Collection(SharedStack.Name)]
public sealed class SchemaPrint(SharedStack shared)
{
    private static readonly string Golden = Path.Combine(Repository.Root, "registry-api", "ModelHub.Api", "schema.graphql");

    [Fact]
    public async Task Without_anything_running_the_schema_of_this_version_is_printed()
    {
        var ct = TestContext.Current.CancellationToken;
        var home = Directory.CreateTempSubdirectory("modelhub-home-").FullName;

        // No login, no stack and no address: nothing but the programs.
        using var process = ModelHubCommand.Start(["schema", "print"], environment: new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = home });
        var result = await process.ResultAsync("modelhub schema print", TimeSpan.FromMinutes(1), ct);

        Assert.Equal(await File.ReadAllTextAsync(Golden, ct), result.Expect(0).Output);
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task A_running_api_serves_the_same()
    {
        var ct = TestContext.Current.CancellationToken;

        var served = await ModelHubCommand.RunAsync(
            ["schema", "print", "--url", shared.Stack.Api.ToString(), "--token", shared.Stack.Token], TimeSpan.FromMinutes(1), ct);

        Assert.Equal(await File.ReadAllTextAsync(Golden, ct), served.Expect(0).Output);
    }
}
