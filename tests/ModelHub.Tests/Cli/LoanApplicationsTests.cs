using System.Globalization;
using ModelHub.Cli.Demo;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class LoanApplicationsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_same_seed_gives_the_same_applications_and_another_seed_others()
    {
        var one = await LinesAsync(LoanApplications.Generate(1, 500, 0, 0));
        var again = await LinesAsync(LoanApplications.Generate(1, 500, 0, 0));
        var other = await LinesAsync(LoanApplications.Generate(2, 500, 0, 0));

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task A_longer_file_begins_with_the_applicants_of_a_shorter_one()
    {
        var shorter = await LinesAsync(LoanApplications.Generate(1, 300, 0, 0));
        var longer = await LinesAsync(LoanApplications.Generate(1, 600, 0, 0));

        Assert.Equal(shorter, longer[..shorter.Length]);
    }

    [Fact]
    public async Task What_drives_the_risk_shows_in_the_data()
    {
        var applications = LoanApplications.Generate(20260401, 20_000, 0, 0);

        var rows = (await LinesAsync(applications))[1..].Select(line => line.Split(',')).ToList();
        double Rate(Func<string[], bool> among) => rows.Where(among).Average(row => row[^1] == "1" ? 1.0 : 0.0);
        int Late(string[] row) => row[7].Length == 0 ? -1 : int.Parse(row[7], CultureInfo.InvariantCulture);

        Assert.InRange(applications.DefaultRate, 0.15, 0.30);
        Assert.True(Rate(row => Late(row) >= 3) > 2 * Rate(row => Late(row) == 0));
        Assert.True(Rate(row => row[8] == "business") > Rate(row => row[8] == "home"));
        Assert.True(Rate(row => row[9] == "rent") > Rate(row => row[9] == "own"));
    }

    [Fact]
    public async Task Early_applications_miss_the_columns_that_came_late()
    {
        var rows = (await LinesAsync(LoanApplications.Generate(1, 4000, 2000, 0.4)))[1..].Select(line => line.Split(',')).ToList();

        double Missing(IEnumerable<string[]> among, int column) => among.Average(row => row[column].Length == 0 ? 1.0 : 0.0);

        Assert.InRange(Missing(rows.Take(2000), 2), 0.35, 0.45);
        Assert.InRange(Missing(rows.Skip(2000), 2), 0.01, 0.04);
    }

    private async Task<string[]> LinesAsync(LoanApplications applications)
    {
        var file = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await applications.WriteAsync(file, TestContext.Current.CancellationToken);
        return await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
    }
}
