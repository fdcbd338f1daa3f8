using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using Xunit;

namespace ModelHub.Tests.Worker.Training.Evaluating;

public sealed class HeldOutRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_last_rows_by_time_are_held_out_and_without_a_column_of_time_the_last_in_the_file()
    {
        // Times count down, so the last by time are the first in the file.
        var rows = Enumerable.Range(0, 100).Select(i => $"{i},2026-01-01T00:00:00.{99 - i:000}Z").ToList();

        var byTime = Cut("id,at", rows, new EvaluationRule("at"));
        var byRow = Cut("id,at", rows, new EvaluationRule(null, HeldOut: 0.25));

        Assert.Equal((80, 20), (byTime.TrainedRows, byTime.Rows));
        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), Ids(byTime.HeldOut));
        Assert.Equal(("2026-01-01T00:00:00.080Z", "2026-01-01T00:00:00.099Z"), (byTime.From, byTime.Until));
        Assert.Equal((75, 25, "75", "99"), (byRow.TrainedRows, byRow.Rows, Ids(byRow.HeldOut)[0], Ids(byRow.HeldOut)[^1]));
        Assert.Equal(75, Ids(byRow.Train).Count);
    }

    [Theory]
    [InlineData("2026-13-45", "evaluation.timeColumn")]
    [InlineData("", "evaluation.timeColumn")]
    public void A_row_without_a_time_is_named(string time, string says)
    {
        var rows = Enumerable.Range(0, 50).Select(i => $"{i},{(i == 7 ? time : "2026-01-01")}");

        var refused = Assert.Throws<BadInputException>(() => Cut("id,at", rows, new EvaluationRule("at")));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("row 8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_rows_are_refused() =>
        Assert.Contains("at least 40", Assert.Throws<BadInputException>(() => Cut("id,at", Enumerable.Range(0, 39).Select(i => $"{i},{i}"), new EvaluationRule(null))).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private HeldOutRows Cut(string header, IEnumerable<string> rows, EvaluationRule rule)
    {
        var path = Path.Combine(folder.Path, $"{Guid.NewGuid():N}.csv");
        File.WriteAllLines(path, rows.Prepend(header));
        var scratch = ScratchFolder.Create(new WorkerOptions { Database = "", Api = "", Data = folder.Path, Threads = 1, CacheBytes = 0 });
        return HeldOutRows.Cut([("rows.csv", path)], rule, scratch, TestContext.Current.CancellationToken);
    }

    private static List<string> Ids(string path) => [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')[0])];
}
