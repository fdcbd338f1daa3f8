using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Operations;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

public sealed class ProfileDataVersionTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task A_good_file_makes_the_data_version_ready_with_schema_and_profile()
    {
        await stack.NeedWorkerAsync();
        var id = await stack.RegisterDataAsync(SharedData.Path("tabular", "penguins", "penguins.csv"));

        await stack.EndAsync(id.Value);

        var version = await VersionAsync(id);
        Assert.Equal((DataVersionState.Ready, null), (version.State, version.Failure));
        Assert.Equal(344, version.RowCount);
        Assert.Equal(new Column("sex", "text", true), version.Schema.Single(c => c.Name == "sex"));
        Assert.Equal(44.45, version.Profile!.Columns.Single(c => c.Name == "bill_length_mm").Quantiles.Single(q => q.P == 0.5).Value, 9);
    }

    [Fact]
    public async Task Nodes_hear_of_data_that_is_measured_after_a_version_was_made_from_it()
    {
        // Nobody profiles it before a version says that it was made from it.
        await stack.StopWorkersAsync();
        var data = await stack.RegisterDataAsync(SharedData.Path("tabular", "penguins", "penguins.csv"));
        var before = await stack.MadeFromAsync(data);
        await stack.NeedWorkerAsync();

        await stack.EndAsync(data.Value);

        await using var db = stack.Open();
        var after = await db.Revisions.AsNoTracking().SingleAsync(r => r.Name == "assignments", TestContext.Current.CancellationToken);
        Assert.True(after.Value > before, $"the number of what nodes follow is {after.Value}, as it was");
    }

    [Theory]
    [InlineData("ragged.csv", "line 1")]
    [InlineData("binary.csv", "binary.csv")]
    [InlineData("wide_10000_columns.csv", "2000")]
    public async Task A_hostile_file_fails_it_at_once_with_the_reason(string file, string reason)
    {
        await stack.NeedWorkerAsync();
        var id = await stack.RegisterDataAsync(SharedData.Path("hostile", "csv", file));

        var operation = await stack.EndAsync(id.Value);

        var version = await VersionAsync(id);
        Assert.Equal((OperationState.Failed, 1, DataVersionState.Failed), (operation.State, operation.Attempts, version.State));
        Assert.Contains(reason, version.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_refuses_fails_the_version_and_one_that_flags_is_told_of()
    {
        await stack.NeedWorkerAsync();
        Expectation[] rules = [new Expectation.Range("bill_length_mm", 35, null, Breach.Flag), new Expectation.Rows(1_000, null, Breach.Refuse), new Expectation.Present(["species"], Breach.Refuse)];

        var refused = await stack.RegisterDataAsync(rules, SharedData.Path("tabular", "penguins", "penguins.csv"));
        var flagged = await stack.RegisterDataAsync(rules[..1], SharedData.Path("tabular", "penguins", "penguins.csv"));
        await stack.EndAsync(refused.Value);
        await stack.EndAsync(flagged.Value);

        var (failed, ready) = (await VersionAsync(refused), await VersionAsync(flagged));
        Assert.Equal((DataVersionState.Failed, "1 expectation is not met: 344 rows where 1000 or more are expected"), (failed.State, failed.Failure));
        Assert.Equal([false, false, true], failed.Outcomes.Select(outcome => outcome.Held));
        Assert.Equal(344, failed.RowCount);
        Assert.Equal((DataVersionState.Ready, null), (ready.State, ready.Failure));
        var finding = Assert.Single(ready.Outcomes);
        Assert.True(finding is { Held: false, Breaches: > 0, Examples.Count: > 0 });
        await using var db = stack.Open();
        Assert.NotNull(ready.ExpectationsId);
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "data-version.flagged", TestContext.Current.CancellationToken));
    }

    private async Task<DataVersion> VersionAsync(DataVersionId id)
    {
        await using var db = stack.Open();
        return await db.DataVersions.AsNoTracking().SingleAsync(v => v.Id == id, TestContext.Current.CancellationToken);
    }
}
