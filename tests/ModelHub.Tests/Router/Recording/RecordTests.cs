using System.Text;
using System.Text.Json;
using ModelHub.Protocol;
using ModelHub.Router.Recording;
using Xunit;

namespace ModelHub.Tests.Router.Recording;

public sealed class RecordTests
{
    private static readonly Guid Endpoint = Guid.CreateVersion7();

    [Theory]
    [InlineData("""[{"a":1e999}]""", """[{"a":"Infinity"}]""")]
    [InlineData("""[{"a":12345678901234567890}]""", """[{"a":12345678901234567890}]""")]
    [InlineData("""[{"a":0.1000000000000000000000000000000000001}]""", """[{"a":0.1}]""")]
    [InlineData("""[{"a\u0000b":"x\u0000y"}]""", "[{\"a\uFFFDb\":\"x\uFFFDy\"}]")]
    [InlineData("""[{"a":null,"b":true,"c":[1,"2"]}]""", """[{"a":null,"b":true,"c":[1,"2"]}]""")]
    [InlineData("""[7,"x"]""", """[{"value":7},{"value":"x"}]""")]
    [InlineData("""{"a":1}""", """[{"a":1}]""")]
    [InlineData("""{"rows":[{"a":1},{"a":2}]}""", """[{"a":1},{"a":2}]""")]
    [InlineData("""[{"a":[[[[1]]]]}]""", """[{"a":[[["(deeper than is kept)"]]]}]""")]
    public void Whatever_callers_send_becomes_json_that_postgres_takes(string body, string told) =>
        Assert.Equal(told, ReadRequest.Of(Encoding.UTF8.GetBytes(body), null, null, "inputs", Rule()).Json);

    [Theory]
    [InlineData("""[{"a":"\ud800"}]""")]
    [InlineData("[")]
    [InlineData("""{"inputs":[{"name":"x"}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}}]}""")]
    public void What_cannot_be_read_is_said_to_be_so(string body) =>
        Assert.Equal((null, "inputs cannot be read"), ReadRequest.Of(Encoding.UTF8.GetBytes(body), null, null, "inputs", Rule()) is var told ? (told.Json, told.Omitted) : default);

    [Fact]
    public void What_finds_no_room_is_dropped_and_counted_and_every_number_is_used_once()
    {
        var taps = new LedgerTaps();
        var tap = taps.Under(Endpoint, new RouteLedger(1, 1, 256)).Tap;
        var pending = new PendingRecords(taps);
        for (var i = 0; i < PendingRecords.Most + 5; i++)
            pending.Add(tap, Record(i));

        var told = new List<PredictionRecords>();
        while (pending.Take() is { } records)
            told.Add(records);

        Assert.Equal(PendingRecords.Most, told.Sum(t => t.Items.Length));
        Assert.All(told, t => Assert.InRange(t.Items.Length, 0, PredictionRecords.MostItems));
        Assert.Equal(Enumerable.Range(1, told.Count).Select(n => (long)n), told.Select(t => t.Number));
        Assert.Equal((PendingRecords.Most + 5, 5), (told[^1].Counts.Single().Sampled, told[^1].Counts.Single().Dropped));
    }

    [Fact]
    public void Large_records_share_no_message_and_a_message_stays_within_what_the_api_takes()
    {
        var taps = new LedgerTaps();
        var tap = taps.Under(Endpoint, new RouteLedger(1, 1, 256)).Tap;
        var pending = new PendingRecords(taps);
        var large = Record(1) with { Inputs = JsonSerializer.Serialize(new[] { new { a = new string('€', 87_000) } }, JsonSerializerOptions.Web).Replace("\\u20AC", "€"), Outputs = null };
        for (var i = 0; i < 12; i++)
            pending.Add(tap, large);

        while (pending.Take() is { } records)
            Assert.InRange(ControlMessages.Write(records).Length, 1, ControlMessages.MaxUpBytes);
        Assert.Equal(12, tap.Sampled);
    }

    private static LedgerRule Rule() => new LedgerTaps().Under(Endpoint, new RouteLedger(1, 1, 16_384));

    private static PredictionRecord Record(int i) => new(Endpoint, Guid.Empty, Guid.Empty, $"r-{i}", DateTimeOffset.UnixEpoch, 1, 200, 1, "[{}]", "[{}]");
}
