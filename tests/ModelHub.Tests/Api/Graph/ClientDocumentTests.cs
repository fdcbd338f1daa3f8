using System.Text.RegularExpressions;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>The console and the command line are clients without the schema at hand: their documents are read from their sources and asked here.</summary>
public sealed partial class ClientDocumentTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Clients = ["web-ui/ModelHub.Console", "registry-api/ModelHub.Cli"];

    [Fact]
    public async Task Every_document_of_our_clients_is_valid_and_affordable()
    {
        using var admin = await host.AdminAsync();
        var documents = Clients.SelectMany(Documents).ToList();
        Assert.True(documents.Count > 40, $"only {documents.Count} documents were found");

        var faults = new List<string>();
        foreach (var (file, document) in documents.Where(d => !d.Document.StartsWith("subscription", StringComparison.Ordinal)))
        {
            var answer = await admin.RawAsync(document, document.StartsWith("mutation", StringComparison.Ordinal) ? null : Variables);
            if (answer.TryGetProperty("errors", out var errors) && !Expected.Any($"{errors}".Contains))
                faults.Add($"{file}: {errors}");
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    // A mutation was asked without its input; the one id below is that of a promotion.
    private static readonly string[] Expected = ["$input", "The id is not one of"];

    // Values for every variable a query of ours has; what a document does not declare is ignored.
    private static readonly Dictionary<string, object?> Variables = new()
    {
        ["first"] = 50,
        ["name"] = "no.such",
        ["model"] = "no.such",
        ["dataset"] = "no.such",
        ["environment"] = "staging",
        ["version"] = 1,
        ["id"] = Convert.ToBase64String("Promotion:00000000-0000-0000-0000-000000000000"u8).TrimEnd('='),
        ["input"] = "CreateModelInput",
        ["union"] = "CreateModelError",
    };

    private static IEnumerable<(string File, string Document)> Documents(string project)
        => from file in Directory.EnumerateFiles(Path.Combine(SchemaTests.RepositoryRoot(), project), "*.cs", SearchOption.AllDirectories)
           where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
           from Match match in Document().Matches(File.ReadAllText(file))
           where !match.Value.StartsWith('$')
           select (Path.GetFileName(file), match.Groups["document"].Value.Trim());

    [GeneratedRegex(""" \$*"{3}\s*\n(?<document>\s*(query|mutation|subscription)\b.*?)\n\s*"{3} """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Document();
}
