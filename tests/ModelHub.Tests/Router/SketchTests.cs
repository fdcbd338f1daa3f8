using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelHub.Domain.Monitoring;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>What the router counts of all traffic.</summary>
public sealed class SketchTests
{
    private static readonly RouteSketch Wanted = new(
        77, 2, [new("age", ["age"]), new("purpose", ["purpose"]), new("x", ["age", "income"])],
        [new("age", [18, 30, 50]), new("income", [0, 1_000]), new("purpose", Values: ["car", "für"])]);

    [Fact]
    public async Task Rows_of_named_fields_fall_into_the_slots_of_their_columns()
    {
        await using var sketched = await StartAsync("""{"predictions":[{"score":0.25,"chances":{"no":0.75,"yes":0.25}}]}""");

        await sketched.PredictAsync("""[{"age":17,"income":5,"purpose":"car"},{"age":18,"income":-1,"purpose":"f\u00fcr"},{"age":50,"income":2000,"purpose":"boat","more":[1,{"a":2}]}]""");
        await sketched.PredictAsync("""{"purpose":null,"income":"much","age":51.5}""");
        var told = await sketched.ToldAsync(2);

        Assert.Equal((77, 2, 0, 4, 0), (told.Bins, told.Requests, told.Unseen, told.Rows, told.Unusual));
        Assert.Equal([1, 1, 1, 1], told.Columns[0].Slots);
        Assert.Equal([1, 1, 1], told.Columns[1].Slots);
        Assert.Equal(1, told.Columns[1].WrongType);
        Assert.Equal([1, 1, 1], told.Columns[2].Slots);
    }

    [Fact]
    public async Task A_row_out_of_range_in_several_columns_at_once_is_unusual()
    {
        await using var sketched = await StartAsync("""{"predictions":[{"score":0.25}]}""");

        await sketched.PredictAsync("""[{"age":17,"income":-5},{"age":99,"income":5},{"age":99,"income":1e9}]""");
        var told = await sketched.ToldAsync(1);

        Assert.Equal((3, 2), (told.Rows, told.Unusual));
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[17,-5,20,5]}]}""")]
    [InlineData("""{"id":"a","inputs":[{"data":[[17,-5],[20,5]],"datatype":"FP32","shape":[2,2],"name":"x"}],"outputs":[]}""")]
    public async Task The_columns_of_a_wide_tensor_are_counted_by_their_names(string body)
    {
        await using var sketched = await StartAsync("""{"outputs":[{"name":"p","datatype":"FP32","shape":[2,2],"data":[0.75,0.25,0.5,0.5]},{"name":"label","datatype":"BYTES","shape":[2],"data":["a","b"]}]}""");

        await sketched.All.SayAsync(body);
        var told = await sketched.ToldAsync(1);

        Assert.Equal((2, 1), (told.Rows, told.Unusual));
        Assert.Equal([1, 1, 0, 0], told.Columns[0].Slots);
        Assert.Equal([1, 1, 0], told.Columns[1].Slots);
        Assert.Equal([0, 0, 0], told.Columns[2].Slots);
        Assert.Equal((2, 2), (told.Outputs.Single(o => o.Name == "p").Positive.Counts.Sum(), told.Outputs.Single(o => o.Name == "label").Classes.Length));
        Assert.Equal(1.25, told.ConfidenceSums.Sum(), 9);
        Assert.Equal(2, told.Confidence.Sum());
    }

    [Fact]
    public async Task Binary_tensors_are_counted_like_others()
    {
        await using var sketched = await StartAsync("""{"outputs":[]}""");
        var ages = MemoryMarshal.AsBytes<double>([17, 40, double.NaN]).ToArray();
        byte[] texts = [3, 0, 0, 0, .. "car"u8, 4, 0, 0, 0, .. "für"u8, 0, 0, 0, 0];
        var json = string.Create(CultureInfo.InvariantCulture,
            $$$"""{"inputs":[{"name":"age","shape":[3,1],"datatype":"FP64","parameters":{"binary_data_size":{{{ages.Length}}}}},{"name":"purpose","shape":[3],"datatype":"BYTES","parameters":{"binary_data_size":{{{texts.Length}}}}}]}""");
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. ages, .. texts]);
        content.Headers.Add("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));

        using var answer = await sketched.All.Router.Http.PostAsync(RouterAndNodes.Path, content, TestContext.Current.CancellationToken);
        var told = await sketched.ToldAsync(1);

        Assert.Equal((3, 0), (told.Rows, told.Unseen));
        Assert.Equal([1, 0, 1, 0], told.Columns[0].Slots);
        Assert.Equal([1, 1, 1], told.Columns[2].Slots);
    }

    [Theory]
    [InlineData("""[{"age":20},{"age":""")]
    [InlineData("[{\"age\":20}] and more")]
    [InlineData("17")]
    [InlineData("")]
    public async Task A_request_that_cannot_be_read_counts_as_unseen_and_not_as_half(string body)
    {
        await using var sketched = await StartAsync("""{"predictions":[]}""");

        await sketched.PredictAsync(body);
        await sketched.PredictAsync("""[{"age":20}]""");
        var told = await sketched.ToldAsync(2);

        Assert.Equal((2, 1, 1), (told.Requests, told.Unseen, told.Rows));
        Assert.Equal([0, 1, 0, 0], told.Columns[0].Slots);
    }

    [Fact]
    public async Task A_body_that_is_too_large_to_be_held_counts_as_unseen()
    {
        await using var sketched = await StartAsync("""{"predictions":[]}""", "--Limits:HeldBytes", "1024");

        await sketched.PredictAsync($"[{string.Join(',', Enumerable.Repeat("""{"age":20}""", 1_000))}]");
        var told = await sketched.ToldAsync(1);

        Assert.Equal((1, 1, 0), (told.Requests, told.Unseen, told.Rows));
    }

    [Fact]
    public async Task A_router_that_is_told_to_count_nothing_counts_nothing()
    {
        await using var node = FakeNode.Saying("{}");
        await using var all = await RouterAndNodes.StartAsync("--Monitoring:Sketches", "false");
        await all.RouteAsync(RouterAndNodes.Primary(node) with { Sketch = Wanted });

        await all.SayAsync();
        await Until.TrueAsync(() => all.Measured.Any(m => m.Requests == 1), "the window is told");

        Assert.Empty(all.Api["r1"].Said.OfType<Sketches>());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Router_and_judge_have_the_same_slots(double value)
    {
        var bins = new NumberBins([0, 1, 2]);
        await using var sketched = await StartAsync("{}");
        await sketched.All.RouteAsync(RouterAndNodes.Primary(sketched.Node) with { Sketch = new(78, 2, [], [new("age", [.. bins.Edges])]) });

        await sketched.PredictAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"age":{{value}}}"""));
        var told = await sketched.ToldAsync(1);

        Assert.Equal(bins.Count([value]), told.Columns[0].Slots);
    }

    private static async Task<Sketched> StartAsync(string answer, params string[] flags)
    {
        var sketched = new Sketched(FakeNode.Saying(answer), await RouterAndNodes.StartAsync(["--Monitoring:SketchMilliseconds", "100", .. flags]));
        await sketched.All.RouteAsync(RouterAndNodes.Primary(sketched.Node) with { Sketch = Wanted });
        return sketched;
    }

    private sealed record Sketched(FakeNode Node, RouterAndNodes All) : IAsyncDisposable
    {
        public Task PredictAsync(string body) => All.SayAsync(body, path: "/production/predict/m");

        /// <summary>What was told of so many requests, which may lie in two windows.</summary>
        public async Task<Sketch> ToldAsync(long requests)
        {
            await Until.TrueAsync(() => Items().Sum(s => s.Requests) == requests, "all requests are told");
            return Items().Aggregate(Merge);
        }

        public async ValueTask DisposeAsync()
        {
            await All.DisposeAsync();
            await Node.DisposeAsync();
        }

        private List<Sketch> Items() => [.. All.Api["r1"].Said.OfType<Sketches>().SelectMany(s => s.Items)];

        private static Sketch Merge(Sketch a, Sketch b) => a with
        {
            Requests = a.Requests + b.Requests,
            Unseen = a.Unseen + b.Unseen,
            Rows = a.Rows + b.Rows,
            Unusual = a.Unusual + b.Unusual,
            Columns = [.. a.Columns.Zip(b.Columns, (x, y) => new SketchedColumn(x.Name, [.. x.Slots.Zip(y.Slots, (m, n) => m + n)], x.WrongType + y.WrongType))],
        };
    }
}
