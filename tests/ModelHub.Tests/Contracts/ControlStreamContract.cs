using System.Text;
using System.Text.Json;
using ModelHub.Protocol;
using Xunit;

namespace ModelHub.Tests.Contracts;

public sealed class ControlStreamContract
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset At = new(2026, 5, 4, 3, 2, 1, 500, TimeSpan.Zero);

    private static readonly Dictionary<string, UpMessage> Up = new()
    {
        ["hello"] = new Hello(
            1, PeerKind.Node, "node-1", "http://10.0.0.7:5091", new Capacity(4L << 30, 2), ["onnx"], "0.1.0",
            JoinToken: new string('j', 32), GrpcAddress: "http://10.0.0.7:5191"),
        ["heartbeat-up"] = new Pulse(123_456_789, 1.25),
        ["placements"] = new Placements(7,
        [
            new(Id, "risk.credit-scoring", 3, PlacementState.Ready, 1_048_576, 12.5),
            new(Id, "risk.credit-scoring", 4, PlacementState.Failed, 0, 0, new("digest-mismatch", "The artifact is not the one asked for.", At)),
        ]),
        ["applied"] = new Applied(AppliedKind.Routes, 42, At),
        ["measurements"] = new Measurements(new Window(At, 1),
        [
            new(Id, Id, Id, Id, 200, new Errors(1, 2, 3, 4, 5), new LatencySketch(300, [1, 0, 199])),
            new(Id, Id, Id, Guid.Empty, 1, new Errors(0, 0, 1, 0, 0), new LatencySketch(300, [1]), Outstanding: 7, Dropped: 9),
        ]),
        ["measurements-held"] = new Measurements(new Window(At, 1), [], 12.5),
        ["predictions"] = new Predictions(new Window(At, 1), [new(Id, Id, Id, "probabilities", 100, 1, new Histogram(400, [60, 0, 30]), new Histogram(300, [9]), []), new(Id, Id, Id, "label", 2, 0, Histogram.Empty, Histogram.Empty, [new("good", 2)])]),
        ["prediction-records"] = new PredictionRecords(Id, 12,
        [
            new(Id, Id, Id, "r-1", At, 1.25, 200, 2, """[{"income":1200.5,"purpose":"hmac:00ff"},{"income":null,"purpose":"redacted"}]""", """[{"p":{"good":0.75,"bad":0.25}},{"p":{"good":1,"bad":0}}]"""),
            new(Id, Id, Id, "r-2", At, 7, 503, 1, null, null, "inputs take more than 16384 bytes"),
        ], [new(Id, 40, 2)]),
        ["sketches"] = new Sketches(new Window(At, 5),
        [
            new(Id, Id, Id, 77, 120, 2, 240, 3, [new("age", [1, 100, 130, 4], 5)],
                [new("probabilities", 240, 1, new Histogram(400, [239]), Histogram.Empty, [new("good", 2)])], [0, 240], [0, 200.5], 7),
        ]),
        ["exposures"] = new Exposures(Id, [new(Id, Id, Id, At, 0.25), new(Id, Id, Id, At)]),
        ["comparison"] = new Comparison(
            Id, Id, Id, Id, new Window(At, 12.5), new PairCounts(9, 1, 2, 3, 4, 5, 18, 6),
            new PairedLatency(new LatencySketch(300, [9]), new LatencySketch(310, [9]), new LatencySketch(200, [8]), new LatencySketch(150, [1])),
            [
                new OutputComparison(
                    "label", 18, 12, 6, 1, 2, 0.5, new Histogram(400, [5, 1]), new Histogram(380, [6]), 18, 6, [new ClassPair("good", "bad", 6)],
                    [new SampledPair(123, 0.25f, 0.75f)], [new DifferentAnswer(0.5, 1, "0.25", "0.75", "[{\"income\":\"redacted\"}]", "{}", "{}", At, "north"), new DifferentAnswer(0.4, 0, "0.25", "0.65", "[]", "{}", "{}", At)]),
            ], [new SegmentComparison("north", 18, 6, 6)]),
    };

    private static readonly Dictionary<string, DownMessage> Down = new()
    {
        ["welcome"] = new Welcome(Id, "mhn_0123456789ab_" + new string('k', 43)),
        ["assignments"] = new Assignments(7,
        [
            new(Id, "risk.credit-scoring", 3, "sha256:" + new string('0', 64), 4321, "onnx", "onnx", "model.onnx", new ModelSignature([new("x", "FP32", [-1, 4])], [new("y", "FP32", [-1, 1], ["yes"])]), new OptimisedArtifact("sha256:" + new string('1', 64), 1234),
                [new("age", 18, 99, [20, 41.5]), new("purpose", Texts: ["car", "house"], AreAll: true)],
                [new("production", new CacheRule(60), OutOfRange.Refuse), new("staging", null, OutOfRange.Flag)]),
        ]),
        ["routes"] = new Routes(42,
        [
            new(Id, "production", "risk.credit-scoring",
            [
                new(Id, Id, 3, VariantRole.Primary, 100, [new(Id, "http://10.0.0.7:5091", "http://10.0.0.7:5191")],
                    Sketch: new RouteSketch(77, 3, [new RouteInput("x", ["age", "purpose"])], [new RouteColumn("age", [18, 41.5, 99]), new RouteColumn("purpose", Values: ["car", "house"])])),
                new(Id, Id, 4, VariantRole.Shadow, 0, [], MirrorPercent: 10, new RouteComparison(0.01, 0.05, "region", ["income"])),
            ], new TrafficRules(new StickyKey(StickySource.Header, "x-customer"), CanaryFallsBack: true, new RateLimit(100, 20), HoldMilliseconds: 5000, NodesHaveRules: true),
                new RouteExperiment(Id, new StickyKey(StickySource.Cookie, "visitor"), [1, 2, 3], new RouteMetric("label", "good")), new RouteLedger(0.1, 50, 16384, ["name"], ["customer"], [4, 5, 6])),
        ]),
        ["access"] = new Access(5, [new("0123456789ab", new string('f', 64), [new("risk", "production"), new("*", "*", Operates: true)], At, new RateLimit(2.5, 10))]),
        ["heartbeat-down"] = new Heartbeat(),
        ["heartbeat-down-blind"] = new Heartbeat(Blind: true),
        ["refused"] = new Refused("The join token is not valid."),
    };

    public static TheoryData<string> UpNames => [.. Up.Keys];

    public static TheoryData<string> DownNames => [.. Down.Keys];

    [Theory]
    [MemberData(nameof(UpNames))]
    public void A_message_to_the_api_keeps_its_form(string name)
    {
        var written = ControlMessages.Write(Up[name]);

        GoldenFile.Holds($"protocol/{name}.json", Pretty(written));
        Assert.Equal(written, ControlMessages.Write(ControlMessages.ReadUp(written)));
    }

    [Theory]
    [MemberData(nameof(DownNames))]
    public void A_message_from_the_api_keeps_its_form(string name)
    {
        var written = ControlMessages.Write(Down[name]);

        GoldenFile.Holds($"protocol/{name}.json", Pretty(written));
        Assert.Equal(written, ControlMessages.Write(ControlMessages.ReadDown(written)));
    }

    [Theory]
    [InlineData("""{"type":"unheard-of"}""")]
    [InlineData("""{"kind":"routes","revision":1}""")]
    [InlineData("""{"type":"applied","kind":"routes"}""")]
    [InlineData("""{"type":"applied","kind":0,"revision":1,"at":"2026-05-04T03:02:01Z"}""")]
    [InlineData("""{"type":"placements","revision":1,"items":null}""")]
    [InlineData("[1")]
    [InlineData("null")]
    public void What_is_not_of_the_protocol_is_refused(string text) =>
        Assert.Throws<ProtocolException>(() => ControlMessages.ReadUp(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_newer_peer_may_say_more_and_in_any_order()
    {
        var read = ControlMessages.ReadUp("""{"mood":"good","memoryUsedBytes":7,"type":"heartbeat"}"""u8);

        Assert.Equal(new Pulse(7), read);
    }

    [Fact]
    public void Secrets_do_not_reach_a_log_by_accident()
    {
        var texts = new object[] { Up["hello"], Down["welcome"] }.Select(m => m.ToString()!).ToArray();

        Assert.DoesNotContain(texts, t => t.Contains("jjjj", StringComparison.Ordinal) || t.Contains("kkkk", StringComparison.Ordinal));
    }

    private static string Pretty(byte[] utf8) =>
        JsonSerializer.Serialize(JsonDocument.Parse(utf8).RootElement, Indented) + "\n";
}
