using System.Text;
using ModelHub.Hosting;
using ModelHub.Worker.Metrics;
using Xunit;

namespace ModelHub.Tests.Worker;

public sealed class WorkerMeterTests
{
    [Fact]
    public void Attempts_are_counted_by_how_long_they_took_and_their_buckets_add_up()
    {
        var meter = new WorkerMeter();
        foreach (var seconds in new[] { 0.05, 0.1, 0.2, 700, 99_999 })
        {
            meter.Began();
            meter.Ended("train", "succeeded", TimeSpan.FromSeconds(seconds));
        }

        var text = meter.Text();

        foreach (var line in new[] { "_bucket{kind=\"train\",le=\"0.1\"} 2", "_bucket{kind=\"train\",le=\"0.25\"} 3", "_bucket{kind=\"train\",le=\"900\"} 4", "_bucket{kind=\"train\",le=\"+Inf\"} 5", "_sum{kind=\"train\"} 100699.35", "_count{kind=\"train\"} 5" })
            Assert.Contains("modelhub_worker_operation_duration_seconds" + line + "\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_histogram_loses_nothing_of_many_threads()
    {
        var histogram = new DurationHistogram([0.001, 1]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                histogram.Add(TimeSpan.FromMilliseconds(i % 2 == 0 ? 0.5 : 2_000));
        })));
        var text = new StringBuilder();
        histogram.Write(text, "h", "a=\"b\"");

        Assert.Equal("h_bucket{a=\"b\",le=\"0.001\"} 20000\nh_bucket{a=\"b\",le=\"1\"} 20000\nh_bucket{a=\"b\",le=\"+Inf\"} 40000\nh_sum{a=\"b\"} 40010\nh_count{a=\"b\"} 40000\n", text.ToString());
    }
}
