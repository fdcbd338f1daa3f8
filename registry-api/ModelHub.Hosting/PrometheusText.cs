using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ModelHub.Hosting;

/// <summary>
/// Listens to the meters of this process and writes their state in the Prometheus text format 0.0.4.
/// Label sets per instrument are bounded; what comes beyond is counted under the label set <c>overflow="true"</c>.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private const int MaxSeries = 500;

    private static readonly string[] Framework = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private static readonly double[] SecondBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, Family> families = new();
    private readonly MeterListener listener = new();

    /// <param name="meters">Names of the host's own meters; the framework's and the runtime's come with them.</param>
    public PrometheusText(params string[] meters)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Framework.Contains(instrument.Meter.Name) || meters.Contains(instrument.Meter.Name))
                self.EnableMeasurementEvents(instrument, families.GetOrAdd(Name(instrument), name => new Family(name, instrument)));
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.Start();
    }

    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder(8192);
        foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            family.Write(text);
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private static string Name(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Replace('.', '_').Replace('-', '_'));
        if (instrument.Unit == "s")
            name.Append("_seconds");
        if (IsCounter(instrument))
            name.Append("_total");
        return name.ToString();
    }

    private static bool IsCounter(Instrument instrument)
        => instrument.GetType().Name is { } type && (type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal));

    private sealed class Family(string name, Instrument instrument)
    {
        private readonly ConcurrentDictionary<string, Series> series = new();
        private readonly double[] bounds = Bounds(instrument);
        private readonly bool histogram = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);
        private readonly bool adds = IsCounter(instrument) && !instrument.IsObservable || instrument.GetType().Name.StartsWith("UpDownCounter", StringComparison.Ordinal);

        public string Name => name;

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            if (!series.TryGetValue(labels, out var one))
                one = series.GetOrAdd(series.Count < MaxSeries ? labels : "overflow=\"true\"", _ => new Series(histogram ? bounds : null));
            one.Record(value, adds);
        }

        public void Write(StringBuilder text)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append((instrument.Description ?? "").ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(histogram ? " histogram" : IsCounter(instrument) ? " counter" : " gauge").Append('\n');
            foreach (var (labels, one) in series)
                one.Write(text, name, labels);
        }

        // The instrument knows best what it measures; without a word of its own it measures seconds.
        private static double[] Bounds(Instrument instrument) => instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } own } => [.. own],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } own } => [.. own.Select(bound => (double)bound)],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } own } => [.. own.Select(bound => (double)bound)],
            _ => SecondBounds,
        };

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new StringBuilder();
            foreach (var (key, value) in tags)
                text.Append(text.Length > 0 ? "," : "").Append(key.Replace('.', '_').Replace('-', '_')).Append("=\"")
                    .Append((Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                    .Append('"');
            return text.ToString();
        }
    }

    private sealed class Series(double[]? bounds)
    {
        private readonly long[] buckets = new long[(bounds?.Length ?? 0) + 1];
        private readonly Lock gate = new();
        private double sum;
        private long count;

        public void Record(double value, bool add)
        {
            lock (gate)
            {
                sum = add || bounds is not null ? sum + value : value;
                count++;
                if (bounds is not null)
                    buckets[Array.FindIndex(bounds, bound => value <= bound) is var at and >= 0 ? at : bounds.Length]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                if (bounds is null)
                {
                    Line(text, name, labels, sum);
                    return;
                }
                var below = 0L;
                for (var i = 0; i <= bounds.Length; i++)
                {
                    below += buckets[i];
                    var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, name + "_bucket", (labels.Length > 0 ? labels + "," : "") + $"le=\"{bound}\"", below);
                }
                Line(text, name + "_sum", labels, sum);
                Line(text, name + "_count", labels, count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
            => text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
