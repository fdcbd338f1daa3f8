using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Monitoring;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Database;

public sealed class MonitorValueTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_that_is_judged_twice_is_stored_once_and_read_as_it_was_written()
    {
        await using var db = database.Open();
        await MonitorPartitions.EnsureAsync(db, Sample.Now, ct);
        var whole = Value(Measures.RequestRate) with { Value = 2.5, Samples = 750 };
        var column = Value(Measures.DriftPsi) with
        {
            VariantId = whole.VariantId,
            EndpointId = whole.EndpointId,
            Column = "income",
            Segment = "north",
            Value = 0.31,
            PValue = 1e-9,
            Bound = 0.02,
            Threshold = 0.2,
            Breached = true,
            Estimated = true,
        };
        var silent = column with { Column = "age", Value = null, PValue = null, Bound = null, Breached = null };

        var first = await WriteMonitorValues.RunAsync(db, [whole, column], ct);
        var second = await WriteMonitorValues.RunAsync(db, [whole, column with { Value = 0.9 }, silent], ct);

        var read = await db.MonitorValues.Where(v => v.EndpointId == whole.EndpointId).OrderBy(v => v.Measure).ThenBy(v => v.Column).ToListAsync(ct);
        Assert.Equal((2, 1), (first, second));
        Assert.Equal([silent, column, whole], read);
    }

    [Fact]
    public async Task Days_whose_time_is_over_are_dropped_whole()
    {
        await using var db = database.Open();
        var past = Sample.Now - MonitorPartitions.ValuesKept - TimeSpan.FromDays(10);
        await MonitorPartitions.EnsureAsync(db, past, ct);
        await MonitorPartitions.EnsureAsync(db, Sample.Now, ct);
        var (old, kept) = (Value(Measures.ErrorShare) with { WindowTo = past }, Value(Measures.ErrorShare));
        await WriteMonitorValues.RunAsync(db, [old, kept], ct);

        await MonitorPartitions.DropOldAsync(db, Sample.Now, ct);

        Assert.False(await db.MonitorValues.AnyAsync(v => v.EndpointId == old.EndpointId, ct));
        Assert.True(await db.MonitorValues.AnyAsync(v => v.EndpointId == kept.EndpointId, ct));
    }

    private static MonitorValue Value(string measure) => new()
    {
        EndpointId = EndpointId.New(Sample.Now),
        VariantId = VariantId.New(Sample.Now),
        VersionId = VersionId.New(Sample.Now),
        Measure = measure,
        WindowFrom = Sample.Now.AddMinutes(-5),
        WindowTo = Sample.Now,
        Samples = 10,
    };
}
