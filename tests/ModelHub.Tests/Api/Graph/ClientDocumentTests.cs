using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>The console and the command line are clients without the schema at hand: their documents are read from their sources and asked here.</summary>
public sealed class ClientDocumentTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Clients = ["web-ui/ModelHub.Console", "registry-api/ModelHub.Cli"];

    [Fact]
    public async Task Every_document_of_our_clients_is_trusted_valid_and_affordable()
    {
        using var admin = await host.AdminAsync();
        var documents = Documents().ToList();
        Assert.True(documents.Count > 70, $"only {documents.Count} documents were found");

        var faults = new List<string>();
        foreach (var (name, document) in documents.Where(d => !d.Text.StartsWith("subscription", StringComparison.Ordinal)))
        {
            var id = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(document)));
            using var response = await admin.Http.PostAsJsonAsync("/graphql", new { id, variables = document.StartsWith("mutation", StringComparison.Ordinal) ? null : Variables }, TestContext.Current.CancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            if (answer.TryGetProperty("errors", out var errors) && !Expected.Any($"{errors}".Contains))
                faults.Add($"{name}: {errors}");
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public async Task The_command_line_asks_every_refusal_for_all_it_tells()
    {
        using var admin = await host.AdminAsync();
        var told = (await admin.QueryAsync("{ __schema { types { name possibleTypes { name fields { name type { kind ofType { kind } } } } } } }"))
            .GetProperty("__schema").GetProperty("types").EnumerateArray()
            .Where(type => type.GetProperty("name").GetString()!.EndsWith("Error", StringComparison.Ordinal) && type.GetProperty("possibleTypes").ValueKind == JsonValueKind.Array)
            .ToDictionary(type => type.GetProperty("name").GetString()!, type => type.GetProperty("possibleTypes").EnumerateArray().ToList());

        var missing =
            from document in Documents()
            where document.Name.Contains("ModelHub.Cli", StringComparison.Ordinal) && document.Text.StartsWith("mutation", StringComparison.Ordinal)
            from refusal in told[Path.GetFileNameWithoutExtension(document.Name) + "Error"]
            let fragment = Regex.Match(document.Text, $@"\.\.\. on {refusal.GetProperty("name").GetString()} {{(?<fields>[^}}]*)}}").Groups["fields"].Value.Split([' ', ':'])
            from field in refusal.GetProperty("fields").EnumerateArray()
            let name = field.GetProperty("name").GetString()!
            where name is not ("message" or "code") && IsLeaf(field.GetProperty("type")) && !fragment.Contains(name)
            select $"{document.Name}: {refusal.GetProperty("name").GetString()}.{name}";

        Assert.Empty(missing);
    }

    // A mutation was asked without its input; the one id below is that of a promotion, and nothing is there.
    private static readonly string[] Expected = ["$input", "The id is not one of", "VERSION_NOT_FOUND", "PROMOTION_NOT_FOUND", "either a dataset or a model", "ENDPOINT_NOT_FOUND"];

    // Values for every variable a query of ours has; what a document does not declare is ignored.
    private static readonly Dictionary<string, object?> Variables = new()
    {
        ["first"] = 50,
        ["name"] = "no.such",
        ["model"] = "no.such",
        ["dataset"] = "no.such",
        ["environment"] = "staging",
        ["version"] = 1,
        ["direction"] = "DOWN",
        ["depth"] = 1,
        ["webhook"] = "no-such",
        ["pipeline"] = "no-such",
        ["prediction"] = Guid.Empty,
        ["predictionRow"] = 0,
        ["earlier"] = 1,
        ["later"] = 2,
        ["measure"] = "drift.psi",
        ["column"] = "x",
        ["from"] = DateTimeOffset.UtcNow.AddHours(-1),
        ["to"] = DateTimeOffset.UtcNow,
        ["id"] = Convert.ToBase64String("Promotion:00000000-0000-0000-0000-000000000000"u8).TrimEnd('='),
    };

    private static bool IsLeaf(JsonElement type) => type.GetProperty("ofType") is { ValueKind: JsonValueKind.Object } inner
        ? inner.GetProperty("kind").GetString() is "SCALAR" or "ENUM"
        : type.GetProperty("kind").GetString() is "SCALAR" or "ENUM";

    private static IEnumerable<(string Name, string Text)> Documents()
        => from client in Clients
           from file in Directory.EnumerateFiles(Path.Combine(SchemaTests.RepositoryRoot(), client), "*.graphql", SearchOption.AllDirectories)
           where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
           select (file, File.ReadAllText(file));
}
