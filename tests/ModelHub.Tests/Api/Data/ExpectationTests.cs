using Microsoft.EntityFrameworkCore;
using ModelHub.Cli;
using Xunit;

namespace ModelHub.Tests.Api.Data;

public sealed class ExpectationTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Rules =
        """
        rules:
          - { rule: range, column: age, min: 18, max: 120, breach: refuse }
          - { rule: period, column: opened, from: 2020-01-01, breach: flag }
          - { rule: values, column: purpose, values: [car, "5", 7, true], breach: flag }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Expectations_are_set_from_a_file_numbered_shown_and_kept()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createDataset", new { name = "expected.rows" }, "dataset { id }");
        var file = await FileAsync("expectations.yaml", Rules);

        Assert.Equal(0, await RunAsync(admin, "data", "expect", "expected.rows"));
        Assert.Equal(0, await RunAsync(admin, "data", "expect", "expected.rows", "--file", file));
        Assert.Equal(0, await RunAsync(admin, "data", "expect", "expected.rows", "--file", await FileAsync("none.json", """{"rules": []}""")));
        Assert.Equal(2, await RunAsync(admin, "data", "expect", "expected.rows", "--file", file, "--expect-revision", "1"));
        Assert.Equal(2, await RunAsync(admin, "data", "expect", "expected.other", "--file", file));
        Assert.Equal(0, await RunAsync(admin, "data", "expect", "expected.rows"));

        var dataset = (await admin.QueryAsync("""{ dataset(name: "expected.rows") { expectationsNumber expectations { number } expectationsHistory { nodes { number createdBy document } } } }""")).GetProperty("dataset");
        Assert.Equal((2, 2), (dataset.GetProperty("expectationsNumber").GetInt32(), dataset.GetProperty("expectations").GetProperty("number").GetInt32()));
        var first = dataset.GetProperty("expectationsHistory").GetProperty("nodes")[1];
        Assert.Equal("""{"rule":"values","column":"purpose","values":["car","5","7","true"],"breach":"flag"}""", first.GetProperty("document").GetProperty("rules")[2].GetRawText());
        await using var db = host.Open();
        Assert.Equal(2, await db.Events.CountAsync(e => e.Type == "dataset.expectations-set", Ct));
    }

    [Theory]
    [InlineData("x.json", """{"rules": [{"rule": "range", "column": "age", "minimum": 1, "breach": "flag"}]}""")]
    [InlineData("x.yaml", "rules: [{ rule: range, column: age, min: 5, max: 4, breach: flag }]")]
    [InlineData("x.yaml", "rules: [{ rule: rows, min: 5 }]")]
    [InlineData("x.json", "[]")]
    public async Task What_cannot_be_meant_is_refused_and_changes_nothing(string name, string text)
    {
        using var admin = await host.AdminAsync();
        await admin.MutateAsync("createDataset", new { name = "expected.strict" }, "dataset { id }");

        Assert.Equal(2, await RunAsync(admin, "data", "expect", "expected.strict", "--file", await FileAsync(name, text)));

        await using var db = host.Open();
        Assert.Equal(0, (await db.Datasets.SingleAsync(d => d.Name == "expected.strict", Ct)).ExpectationsNumber);
    }

    private Task<int> RunAsync(ApiClient caller, params string[] command) =>
        CommandLine.RunAsync([.. command, "--json", "--url", host.Address.ToString(), "--token", caller.Token], Ct);

    private async Task<string> FileAsync(string name, string text)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(host.Data, Guid.NewGuid().ToString("n"))).FullName, name);
        await File.WriteAllTextAsync(file, text, Ct);
        return file;
    }
}
