using ModelHub.Cli.Batches;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class BatchTargetTests
{
    [Theory]
    [InlineData("scores.csv", null, null, "scores.csv", "CSV")]
    [InlineData("scores.PARQUET", null, null, "scores.PARQUET", "PARQUET")]
    [InlineData("out/scores", null, null, "out/scores", null)]
    [InlineData("out/scores", "jsonl", null, "out/scores", "JSONL")]
    [InlineData("scores.ndjson", "csv", null, "scores.ndjson", "CSV")]
    [InlineData("risk.july-scores", null, "risk.july-scores", null, null)]
    [InlineData("risk.july-scores", "parquet", "risk.july-scores", null, "PARQUET")]
    public void What_ends_as_a_table_or_leads_into_a_folder_is_a_file(string output, string? format, string? dataset, string? file, string? written) =>
        Assert.Equal(new BatchTarget(dataset, file, written), BatchTarget.Of(output, format));
}
