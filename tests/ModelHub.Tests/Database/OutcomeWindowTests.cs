using ModelHub.Database.Monitoring;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Database;

/// <summary>How the predictions of judged windows came out.</summary>
public sealed class OutcomeWindowTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Outcomes Some = new(QualityTask.Classification, [new("yes", 19, 40, 30, -2.5, 9.25), new("no", -1, 10, 5, 5, 5)], new(QualityTask.Classification, 50, 35, 35));

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly (EndpointId Endpoint, VariantId Variant, VersionId Version) ids = (EndpointId.New(Sample.Now), VariantId.New(Sample.Now), VersionId.New(Sample.Now));

    [Fact]
    public async Task They_are_stored_once_and_read_as_they_were_written_the_first_and_the_last_ones()
    {
        await using var db = database.Open();
        await StoreAsync(db, [.. Enumerable.Range(0, 4).Select(i => Of(i))]);
        await StoreAsync(db, [Of(3) with { Window = Of(3).Window with { Outcomes = Outcomes.None } }, Of(2, another: true)]);

        var before = Sample.Now.AddMinutes(15);
        var first = await ReadOutcomes.FirstAsync(db, ids.Endpoint, ids.Version, null, before, ct);
        var chosen = await ReadOutcomes.FirstAsync(db, ids.Endpoint, ids.Version, new(Sample.Now.AddMinutes(5), Sample.Now.AddMinutes(15)), Sample.Now.AddHours(1), ct);
        var last = await ReadOutcomes.LastAsync(db, ids.Endpoint, ids.Version, Sample.Now.AddMinutes(5), Sample.Now.AddHours(1), ct);

        Assert.Equal([0, 5, 10], first.Select(Minutes));
        Assert.Equal([5, 10, 10], chosen.Select(Minutes));
        Assert.Equal([15, 10, 5], last.Select(Minutes));
        Assert.Equal(Some.Strata, last[0].Outcomes.Strata);
        Assert.Equal((Some.Task, Some.Score), (last[0].Outcomes.Task, last[0].Outcomes.Score));
    }

    [Fact]
    public async Task Those_of_a_version_that_is_served_no_more_go_when_their_time_is_over()
    {
        await using var db = database.Open();
        await StoreAsync(db, [Of(0), Of(5)]);

        await MonitorPartitions.DropOldAsync(db, Sample.Now + MonitorPartitions.ValuesKept + TimeSpan.FromMinutes(10), ct);

        Assert.Equal([25], (await ReadOutcomes.FirstAsync(db, ids.Endpoint, ids.Version, null, Sample.Now.AddHours(1), ct)).Select(Minutes));
    }

    private Task StoreAsync(ModelHub.Database.ModelHubDb db, IReadOnlyCollection<VariantOutcomes> outcomes) => WriteMonitorValues.RunAsync(db, [], outcomes, ct);

    private VariantOutcomes Of(int number, bool another = false)
    {
        var from = Sample.Now.AddMinutes(5 * number);
        return another
            ? new(ids.Endpoint, VariantId.New(from), VersionId.New(from), new(from, from.AddMinutes(5), Some))
            : new(ids.Endpoint, ids.Variant, ids.Version, new(from, from.AddMinutes(5), Some));
    }

    private static int Minutes(OutcomeWindow window) => (int)(window.From - Sample.Now).TotalMinutes;
}
