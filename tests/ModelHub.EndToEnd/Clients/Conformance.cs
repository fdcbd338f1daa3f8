using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Clients;

/// <summary>
/// The conformance kit compares the running api, request by request, with the reference implementation and the protocols.
/// It is a checkout beside this one and is run from a copy; where there is none, the test says so and is skipped.
/// </summary>
[Collection(SharedStack.Name)]
public sealed partial class Conformance(SharedStack shared)
{
    private static readonly string Kit = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "tools", "graphql-conformance"));

    [Fact]
    public async Task The_api_answers_as_the_reference_does_over_three_seeds()
    {
        Assert.SkipUnless(Directory.Exists(Kit), $"No conformance kit beside this checkout: {Path.GetRelativePath(Repository.Root, Kit)} is not there.");
        var ct = TestContext.Current.CancellationToken;
        var copy = Directory.CreateTempSubdirectory("modelhub-conformance-");
        try
        {
            Copy(new DirectoryInfo(Kit), copy);
            (await OtherProgram.RunAsync("npm", ["ci", "--no-progress", "--loglevel=error", "--prefix", copy.FullName], TimeSpan.FromMinutes(3), ct)).Expect(0);

            // Everything once; what depends on chance twice more.
            await RunAsync(copy, ct, "--seed", "1");
            await RunAsync(copy, ct, "--seed", "2", "--only", "validation,execution");
            await RunAsync(copy, ct, "--seed", "3", "--only", "validation,execution");
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private async Task RunAsync(DirectoryInfo kit, CancellationToken ct, params string[] options)
    {
        var address = new Uri(shared.Stack.Api, "/graphql").ToString();
        var init = $$"""{"authorization":"Bearer {{shared.Stack.Token}}"}""";
        string[] arguments =
        [
            address, address.Replace("http", "ws", StringComparison.Ordinal), "--header", "Authorization: Bearer " + shared.Stack.Token,
            "--ws-init", init, "--ws-bad-init", """{"authorization":"Bearer mh_bad"}""", "--ws-init-timeout", "12",
            "--subscription", "subscription { events { sequence } }", "--sse", "--strict", .. options,
        ];

        var result = await OtherProgram.RunAsync("node", arguments.Prepend(Path.Combine(kit.FullName, "run.mjs")), TimeSpan.FromMinutes(4), ct, kit.FullName);

        // Strict: a warning fails as well, so there are no more than the reference server has.
        Assert.Matches(Sum(), result.Expect(0).Output.TrimEnd());
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.EnumerateFiles())
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        foreach (var folder in from.EnumerateDirectories().Where(folder => folder.Name is not ("node_modules" or "out")))
            Copy(folder, to.CreateSubdirectory(folder.Name));
    }

    [GeneratedRegex(@"[1-9]\d* passed, 0 failed$")]
    private static partial Regex Sum();
}
