using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Database.Predictions;

public sealed class LedgerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_counts_once_however_often_it_comes_and_what_is_missing_is_admitted()
    {
        await using var db = database.Open();
        await KeepPredictions.EnsureAsync(db, Now, Ct);
        var ledger = await Ledger.OpenAsync(db, "ledger.once", Ct);
        var (first, third) = (ledger.Batch(1, 2, ledger.Asked("a", Now), ledger.Asked("b", Now)), ledger.Batch(3, 7, ledger.Asked("c", Now)));

        await WriteLedger.RunAsync(db, [first, first], Now, Ct);
        await WriteLedger.RunAsync(db, [third, first], Now, Ct);
        await WriteLedger.RunAsync(db, [third], Now, Ct);

        Assert.Equal(["a", "b", "c"], (await ledger.ReadAsync(db, null, Ct)).Select(p => p.RequestId).Order());
        var count = await db.LedgerCounts.AsNoTracking().SingleAsync(c => c.EndpointId == ledger.Endpoint, Ct);
        Assert.Equal((7, 3), (count.Sampled, count.Stored));
    }

    [Fact]
    public async Task A_prediction_comes_with_the_label_that_was_known_at_the_moment_asked_for()
    {
        await using var db = database.Open();
        await KeepPredictions.EnsureAsync(db, Now, Ct);
        var ledger = await Ledger.OpenAsync(db, "ledger.known", Ct);
        await WriteLedger.RunAsync(db, [ledger.Batch(1, ledger.Asked("a", Now.AddSeconds(-2)), ledger.Asked("b", Now.AddSeconds(-1)))], Now, Ct);

        await ledger.LabelAsync(db, "a", "bad", Now.AddHours(1), Now.AddHours(2));
        await ledger.LabelAsync(db, "a", "bad", Now.AddHours(1), Now.AddHours(4));
        await ledger.LabelAsync(db, "a", "good", Now.AddHours(3), Now.AddHours(5));

        Assert.Equal([null, null], await ValuesAsync(Now.AddHours(1)));
        Assert.Equal(["bad", null], await ValuesAsync(Now.AddHours(2)));
        Assert.Equal(["bad", null], await ValuesAsync(Now.AddHours(4)));
        Assert.Equal(["good", null], await ValuesAsync(Now.AddHours(5)));
        Assert.Equal(["good", null], await ValuesAsync(null));
        var only = Assert.Single(await ledger.ReadAsync(db, null, Ct, labelled: true));
        Assert.Equal(("a", 30), (only.RequestId, only.Inputs!.Value.GetProperty("age").GetInt32()));

        async Task<IEnumerable<string?>> ValuesAsync(DateTimeOffset? known) => (await ledger.ReadAsync(db, known, Ct)).Select(p => p.Label?.Value);
    }

    [Fact]
    public async Task Each_row_of_a_request_has_its_own_label_and_may_lack_what_was_left_out()
    {
        await using var db = database.Open();
        await KeepPredictions.EnsureAsync(db, Now, Ct);
        var ledger = await Ledger.OpenAsync(db, "ledger.rows", Ct);
        await WriteLedger.RunAsync(db, [ledger.Batch(1, ledger.Asked("a", Now, """[{"y":1},{"y":2},{"y":3}]""", 3) with { Inputs = null, Omitted = "inputs" })], Now, Ct);

        await ledger.LabelAsync(db, "a", "2", Now, Now, row: 1);
        await ledger.LabelAsync(db, "a", "9", Now, Now, row: 9);

        var rows = await ledger.ReadAsync(db, null, Ct);
        Assert.Equal([(0, 1, null), (1, 2, "2"), (2, 3, null)], rows.Select(r => (r.Row, r.Output!.Value.GetProperty("y").GetInt32(), r.Label?.Value)));
        Assert.All(rows, r => Assert.Null(r.Inputs));
    }

    [Fact]
    public async Task Days_are_dropped_and_of_an_endpoint_that_keeps_fewer_the_rows()
    {
        await using var db = database.Open();
        foreach (var days in (int[])[0, -5, -40])
            await KeepPredictions.EnsureAsync(db, Now.AddDays(days), Ct);
        var usual = await Ledger.OpenAsync(db, "ledger.usual", Ct);
        var brief = await Ledger.OpenAsync(db, "ledger.brief", Ct, new LedgerPolicy(1, Days: 2));
        foreach (var (ledger, number) in (List<(Ledger, int)>)[(usual, 1), (brief, 2)])
        {
            await WriteLedger.RunAsync(db, [ledger.Batch(number, ledger.Asked("new", Now), ledger.Asked("old", Now.AddDays(-5)), ledger.Asked("gone", Now.AddDays(-40)))], Now, Ct);
            await ledger.LabelAsync(db, "old", "good", Now.AddDays(-5), Now.AddDays(-5));
        }

        var dropped = await KeepPredictions.DropOldAsync(db, Now, Ct);

        Assert.Equal(4, dropped.Days);
        Assert.Equal((1, 1), (dropped.Predictions, dropped.Labels));
        Assert.Equal(["old", "new"], (await usual.ReadAsync(db, null, Ct)).Select(p => p.RequestId));
        Assert.Equal(["new"], (await brief.ReadAsync(db, null, Ct)).Select(p => p.RequestId));
        Assert.Equal((0, 0, 0), await KeepPredictions.DropOldAsync(db, Now, Ct));
    }
}
