using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using ModelHub.Domain.Monitoring;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Sketching;
using Xunit;

namespace ModelHub.Tests.Router.Sketching;

/// <summary>All forms in which the same rows travel are counted alike.</summary>
public sealed class ReadBodiesTests
{
    private static readonly double[] Edges = [-1, -0.5, -0.25, 0, 0.25, 0.25, 0.5, 0.75, 1, 2, 3];
    private static readonly RouteSketch Wanted = new(5, 2, [new("x", ["a", "b", "c"]), new("t", ["t"])], [new("a", Edges), new("b", [0, 1]), new("c", [.. Enumerable.Range(0, 60).Select(i => i / 30.0)]), new("t", Values: ["yes", "no"])]);

    [Theory]
    [InlineData("flat")]
    [InlineData("nested")]
    [InlineData("data first")]
    [InlineData("blanks")]
    public void Numbers_in_json_fall_into_the_slots_that_the_judge_has(string form)
    {
        var random = new Random(17);
        for (var round = 0; round < 200; round++)
        {
            var rows = random.Next(1, 90);
            double[] values = [.. Enumerable.Range(0, rows * 3).Select(_ => Value(random))];

            var told = Told(Encoding.UTF8.GetBytes(Json(form, rows, values)));

            Assert.Equal((rows, 0), (told.Rows, told.Unseen));
            for (var column = 0; column < 3; column++)
                Assert.Equal(new NumberBins(Wanted.Columns[column].Edges!).Count(values.Where((_, i) => i % 3 == column)), told.Columns[column].Slots);
        }
    }

    [Theory]
    [InlineData("[1,2,]")]
    [InlineData("[[1,2,],[3]]")]
    [InlineData("[1,2,3,4]")]
    [InlineData("[1,2]")]
    [InlineData("[1,,2,3]")]
    [InlineData("[01,2,3]")]
    [InlineData("[1,2,3")]
    [InlineData("[1,2,{}]")]
    public void What_is_no_row_counts_as_unread_and_adds_nothing(string data)
    {
        var told = Told(Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":{{data}}}]}"""));

        Assert.Equal((1, 1, 0), (told.Requests, told.Unseen, told.Rows));
        Assert.All(told.Columns, column => Assert.Equal(0, column.Slots.Sum()));
    }

    [Fact]
    public void Packed_bodies_are_read_up_to_what_they_may_hold()
    {
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":[0.3,0.5,1.5]}]}""");

        Assert.Equal((1, 0), Counted(Told(Zipped(json), "gzip")));
        Assert.Equal((0, 1), Counted(Told(json, "gzip")));
        Assert.Equal((0, 1), Counted(Told(json, "br")));
        Assert.Equal((0, 1), Counted(Told(Zipped(new byte[32 << 20]), "gzip")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Calls_over_grpc_are_counted_like_others(bool raw)
    {
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted);
        float[] x = [0.3f, 0.5f, 1.5f, 9, -1, float.NaN];
        var request = new ModelInferRequest { ModelName = "m", Inputs = { Input("x", "FP32", 2, 3), Input("t", "BYTES", 2) } };
        var answer = new ModelInferResponse { Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "y", Datatype = "INT64", Shape = { 2 } } } };
        if (raw)
        {
            request.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(x)));
            request.RawInputContents.Add(ByteString.CopyFrom([3, 0, 0, 0, .. "yes"u8, 5, 0, 0, 0, .. "never"u8]));
            answer.RawOutputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([7, -7])));
        }
        else
        {
            request.Inputs[0].Contents = new InferTensorContents { Fp32Contents = { x } };
            request.Inputs[1].Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("yes"), ByteString.CopyFromUtf8("never") } };
            answer.Outputs[0].Contents = new InferTensorContents { Int64Contents = { 7, -7 } };
        }

        sketch.AddGrpc(request.ToByteArray(), answer.ToByteArray());
        sketch.AddGrpc(request.ToByteArray().AsSpan()[..^1], []);
        var told = sketch.Take()!;

        Assert.Equal((2, 1, 2, 1), (told.Requests, told.Unseen, told.Rows, told.Unusual));
        Assert.Equal(new NumberBins(Edges).Count([0.3, 9]), told.Columns[0].Slots);
        Assert.Equal([1, 1, 0], told.Columns[1].Slots);
        Assert.Equal(1, told.Columns[2].Slots.Sum());
        Assert.Equal([1, 0, 1], told.Columns[3].Slots);
        Assert.Equal((2, 1, 1), (told.Outputs.Single().Values, told.Outputs.Single().Positive.Counts.Sum(), told.Outputs.Single().Negative.Counts.Sum()));
    }

    [Fact]
    public void Damaged_calls_over_grpc_are_unread_and_harm_nothing()
    {
        var random = new Random(23);
        var request = new ModelInferRequest { Inputs = { Input("x", "FP32", 2, 3) }, RawInputContents = { ByteString.CopyFrom(new byte[24]) } }.ToByteArray();
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = request.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            sketch.AddGrpc(damaged.AsSpan(0, random.Next(damaged.Length + 1)), damaged);
        }
        var told = sketch.Take()!;

        Assert.Equal(20_000, told.Requests);
        Assert.InRange(told.Unseen, 10_000, 20_000);
    }

    private static (long Rows, long Unseen) Counted(Sketch told) => (told.Rows, told.Unseen);

    private static ModelInferRequest.Types.InferInputTensor Input(string name, string datatype, params long[] shape) => new() { Name = name, Datatype = datatype, Shape = { shape } };

    private static double Value(Random random) => random.Next(5) switch
    {
        0 => Edges[random.Next(Edges.Length)],
        1 => random.Next(-2, 5),
        2 => random.NextDouble() * 1e-7,
        3 => Math.Round(random.NextDouble() * 5 - 1.5, 2),
        _ => random.NextDouble() * 5 - 1.5,
    };

    private static string Json(string form, int rows, double[] values)
    {
        string[] texts = [.. values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))];
        var data = form == "nested" ? $"[{string.Join(',', texts.Chunk(3).Select(row => $"[{string.Join(',', row)}]"))}]" : $"[{string.Join(form == "blanks" ? " ,\n " : ",", texts)}]";
        return form == "data first"
            ? $$"""{"inputs":[{"data":{{data}},"name":"x","shape":[{{rows}},3],"datatype":"FP64"}],"id":"a"}"""
            : $$"""{"inputs":[{"name":"x","shape":[{{rows}},3],"datatype":"FP64","data":{{data}}}],"id":"a"}""";
    }

    private static Sketch Told(byte[] body, string? encoding = null)
    {
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted);
        using var exchange = new Exchange { Verb = Verb.Infer };
        exchange.Headers.ContentEncoding = encoding;
        var buffer = exchange.BeginBody();
        body.CopyTo(buffer.GetSpan(body.Length));
        buffer.Advance(body.Length);
        sketch.Add(exchange, answered: false);
        return sketch.Take()!;
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return to.ToArray();
    }
}
