using System.Text.Json;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;

namespace ModelHub.Router.Sketching;

/// <summary>
/// Counts all requests to one variant since the last look. Requests on different processors count in different places, which are added up when they are
/// taken, so that they do not wait for one another.
/// </summary>
internal sealed class VariantSketch
{
    private readonly Guid endpoint, variant, version;
    private readonly SketchPlan plan;
    private readonly Stripe[] stripes;
    private double share = 1;
    private double offered;

    public VariantSketch(Guid endpoint, Guid variant, Guid version, RouteSketch route)
    {
        (this.endpoint, this.variant, this.version, plan) = (endpoint, variant, version, new SketchPlan(route));
        stripes = [.. Enumerable.Range(0, Math.Min(8, Environment.ProcessorCount)).Select(_ => new Stripe(plan))];
    }

    public Guid Variant => variant;

    public long Bins => plan.Route.Bins;

    public int Unusual => plan.Route.Unusual;

    /// <summary>Of the requests those that are looked into, 0 to 1; the others are counted only.</summary>
    public double Share
    {
        get => Volatile.Read(ref share);
        set => Volatile.Write(ref share, value);
    }

    /// <param name="answered">Whether what it came to is an answer of the version's.</param>
    public void Add(Exchange exchange, bool answered)
    {
        if (exchange.Verb is not (Verb.Infer or Verb.Predict))
            return;
        var stripe = Mine();
        lock (stripe)
            if (stripe.Draws(CostOf(exchange), Share))
                stripe.Add(exchange, answered);
    }

    /// <param name="request">a ModelInferRequest</param>
    /// <param name="answer">a ModelInferResponse; empty when there is none</param>
    public void AddGrpc(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
    {
        var stripe = Mine();
        lock (stripe)
            if (stripe.Draws(request.Length + answer.Length, Share))
                stripe.AddGrpc(request, answer);
    }

    /// <summary>
    /// Bytes a second of requests and answers, looked into or not: those since the last time, or the mean of about a second where that is more.
    /// Called by one thread.
    /// </summary>
    /// <param name="seconds">since the last time</param>
    public long TakeOffered(double seconds)
    {
        var sum = 0L;
        foreach (var stripe in stripes)
            lock (stripe)
                sum += stripe.TakeOffered();
        var now = sum / seconds;
        offered += (now - offered) * Math.Min(1, seconds);
        return (long)Math.Max(now, offered);
    }

    /// <summary>Takes what was counted and starts anew; null when that is nothing. Called by one thread.</summary>
    public Sketch? Take()
    {
        var sum = new Stripe(plan);
        foreach (var stripe in stripes)
            lock (stripe)
                stripe.MoveTo(sum);
        return sum.Requests == 0 ? null : sum.Told(endpoint, variant, version);
    }

    private Stripe Mine() => stripes[Thread.GetCurrentProcessorId() % stripes.Length];

    // One that flows is not looked into, and costs nothing.
    private static long CostOf(Exchange exchange) => exchange.Flow is not null
        ? 0
        : (exchange.Headers.ContentEncoding is null ? exchange.Body.Length : (long)exchange.Body.Length * Inflate.Cost)
            + (exchange.Head.ContentEncoding is null ? exchange.Answer.Count : (long)exchange.Answer.Count * Inflate.Cost);

    private sealed class Stripe(SketchPlan plan)
    {
        private readonly AskedCounts asked = new(plan);
        private readonly SaidCounts said = new();
        private readonly Inflate inflate = new();
        private Lottery lottery = new((ulong)Random.Shared.NextInt64());
        private long unseen, skipped, offered;

        public long Requests { get; private set; }

        /// <summary>Counts a request, and tells whether it is looked into.</summary>
        public bool Draws(long cost, double share)
        {
            Requests++;
            offered += cost;
            var draws = lottery.Draws(share);
            skipped += draws ? 0 : 1;
            return draws;
        }

        public long TakeOffered() => Interlocked.Exchange(ref offered, 0);

        public void Add(Exchange exchange, bool answered)
        {
            if (!Asked(exchange))
            {
                asked.Forget();
                unseen++;
            }
            if (answered && exchange is { Rest: null, Head.Status: >= 200 and < 300 })
                Said(exchange);
        }

        public void AddGrpc(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
        {
            if (plan.Columns.Length > 0 && !(ReadProtoTensors.Run(request, ReadProtoTensors.RawInputs, asked) && asked.Keep()))
            {
                asked.Forget();
                unseen++;
            }
            ReadProtoTensors.Run(answer, ReadProtoTensors.RawOutputs, said);
        }

        public void MoveTo(Stripe sum)
        {
            for (var i = 0; i < asked.Slots.Length; i++)
                sum.asked.Slots[i] += asked.Slots[i];
            (sum.asked.Rows, sum.asked.Unusual) = (sum.asked.Rows + asked.Rows, sum.asked.Unusual + asked.Unusual);
            (sum.Requests, sum.unseen, sum.skipped) = (sum.Requests + Requests, sum.unseen + unseen, sum.skipped + skipped);
            foreach (var output in said.Outputs)
                if (sum.said.Find(output.Name) is { } of)
                    output.MoveTo(of);
            for (var i = 0; i < said.Confidence.Length; i++)
                (sum.said.Confidence[i], sum.said.ConfidenceSums[i]) = (sum.said.Confidence[i] + said.Confidence[i], sum.said.ConfidenceSums[i] + said.ConfidenceSums[i]);
            Array.Clear(asked.Slots);
            Array.Clear(said.Confidence);
            Array.Clear(said.ConfidenceSums);
            (asked.Rows, asked.Unusual, Requests, unseen, skipped) = (0, 0, 0, 0, 0);
        }

        public Sketch Told(Guid endpoint, Guid variant, Guid version)
        {
            var sure = said.Confidence.Sum() > 0;
            return new(
                endpoint, variant, version, plan.Route.Bins, Requests, unseen, asked.Rows, asked.Unusual,
                [.. plan.Columns.Select(c => new SketchedColumn(c.Name, asked.Slots[c.Offset..c.WrongType], asked.Slots[c.WrongType]))],
                [.. said.Outputs.Where(output => !output.IsEmpty).Select(output => output.Told())],
                sure ? [.. said.Confidence] : [], sure ? [.. said.ConfidenceSums] : [], skipped);
        }

        private bool Asked(Exchange exchange)
        {
            if (exchange.Flow is not null || exchange.Body.Length == 0)
                return false;
            if (plan.Columns.Length == 0)
                return true;
            try
            {
                if (!inflate.TryPlain(exchange.Body, exchange.Headers.ContentEncoding, out var plain))
                    return false;
                var body = plain.Span;
                var read = exchange.Verb == Verb.Predict
                    ? ReadAskedRows.Run(body, asked)
                    : JsonLength(exchange.Headers.JsonLength, body.Length) is >= 0 and var json && ReadTensors.Run(body, json, "inputs"u8, asked);
                return read && asked.Keep();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or InvalidDataException)
            {
                // Not JSON, or texts that are none: the node has told the caller.
                return false;
            }
        }

        private void Said(Exchange exchange)
        {
            try
            {
                if (!inflate.TryPlain(exchange.Answer.Written, exchange.Head.ContentEncoding, out var plain))
                    return;
                var body = plain.Span;
                if (exchange.Verb == Verb.Predict)
                    ReadSaidRows.Run(body, said);
                else if (JsonLength(exchange.Head.JsonLength, body.Length) is >= 0 and var json)
                    ReadTensors.Run(body, json, "outputs"u8, said);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or InvalidDataException)
            {
                // Whatever it is, the caller has it; there is nothing in it to count.
            }
        }

        /// <returns>-1 for a length that cannot be</returns>
        private static int JsonLength(string? header, int body) =>
            header is null ? body : int.TryParse(header, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var json) && json <= body ? json : -1;
    }
}
