using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Inference.Predict;
using ModelHub.Inference.V2;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>Good requests, damaged at random: each is answered or refused with a reason, none is a fault of the server. Seeded, so that a failure can be met again.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 4000;
    private const int RoundsOverTheWire = 400;

    private static readonly ModelSpec Mixed = new(
        "mixed", "1",
        [new("a", Datatype.Fp32, [-1, 2]), new("b", Datatype.Int8, [-1]), new("s", Datatype.Bytes, [-1, 1]), new("t", Datatype.Bool, []), new("any", Datatype.UInt64, null)],
        [new("y", Datatype.Fp32, [-1, 2]), new("h", Datatype.Fp16, [-1])]);

    private static readonly string[] Tokens =
        ["null", "true", "-1", "1e400", "9223372036854775808", "\"NaN\"", "\"\\ud800\"", "[", "]", "{", "}", ",", "\"", "0.5", "[]", "{}", "\"shape\":[0]", "\"datatype\":\"BYTES\"", "\"data\":[[1]]", "\"parameters\":{\"binary_data_size\":7}"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_request_is_read_or_refused_with_a_reason(int seed)
    {
        var random = new Random(seed);
        var into = new InferRequest();
        Assert.Null(InferReader.Read(new ReadOnlySequence<byte>(Json()), null, Mixed, InferenceLimits.Default, into));
        Assert.Null(ModelInferReader.Read(Message(raw: false), Mixed, InferenceLimits.Default, into));
        Assert.Null(ModelInferReader.Read(Message(raw: true), Mixed, InferenceLimits.Default, into));

        for (var round = 0; round < Rounds; round++)
        {
            var json = Damaged(random, Json(), text: true);
            Judge(InferReader.Read(Cut(random, json), random.Next(4) == 0 ? random.Next(json.Length + 2) : null, Mixed, InferenceLimits.Default, into), seed, round);
            Judge(ModelInferReader.Read(Damaged(random, Message(raw: random.Next(2) == 0), text: false), Mixed, InferenceLimits.Default, into), seed, round);
            InferTarget.TryRead(Damaged(random, Message(raw: false), text: false), out _);
        }
    }

    [Fact]
    public void Damaged_rows_are_read_or_refused_with_a_reason()
    {
        var random = new Random(3);
        var model = new ModelSpec("rows", "1", [new("age", Datatype.Int64, [-1, 1]), new("why", Datatype.Bytes, [-1, 1]), new("x", Datatype.Fp32, [-1, 3])], [new("y", Datatype.Fp32, [-1, 1])]);
        var plan = FieldPlan.Of(model, out _)!;
        var rows = """[{"age":42,"why":"car","x":[1,2,3]},{"x":[0.5,"NaN",-1],"why":"","age":-7}]"""u8.ToArray();
        var into = new InferRequest();
        Assert.Null(RowsReader.Read(new ReadOnlySequence<byte>(rows), plan, InferenceLimits.Default, into));

        for (var round = 0; round < Rounds; round++)
            Judge(RowsReader.Read(Cut(random, Damaged(random, rows, text: true)), plan, InferenceLimits.Default, into), 3, round);
    }

    [Fact]
    public async Task No_damaged_request_is_a_fault_of_the_node()
    {
        await using var api = await FakeApi.StartAsync();
        await using var node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1, 2], 0)), api.Assignment("text", 1, TinyModel.Echo(ElementType.String, -1, 1)));
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items.Count(i => i.State == PlacementState.Ready) == 2), "both ready");
        using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
        var random = new Random(4);
        var plain = """{"id":"f","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"y"}]}"""u8.ToArray();
        var texts = """{"inputs":[{"name":"x","shape":[2,1],"datatype":"BYTES","data":["ä",""]}]}"""u8.ToArray();
        var message = new ModelInferRequest { ModelName = "m", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 2, 2 }, Contents = new() { Fp32Contents = { 1, 2, 3, 4 } } } } }.ToByteArray();

        for (var round = 0; round < RoundsOverTheWire; round++)
        {
            var (path, body) = round % 2 == 0 ? ("/v2/models/m/infer", plain) : ("/v2/models/text/infer", texts);
            using var content = new ByteArrayContent(Damaged(random, body, text: random.Next(3) > 0));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (random.Next(5) == 0)
                content.Headers.Add("Inference-Header-Content-Length", random.Next(-5, body.Length * 2).ToString(CultureInfo.InvariantCulture));
            if (random.Next(20) == 0)
                content.Headers.ContentEncoding.Add("gzip");
            using var response = await node.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode < 500, $"round {round}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");

            var (status, text, _) = await client.SendAsync("ModelInfer", Framed(random, message));
            Assert.False(status is GrpcStatus.Internal or GrpcStatus.Unavailable, $"round {round}: {status} {text}");
        }
        using var good = await node.Http.PostAsync("/v2/models/m/infer", new ByteArrayContent(plain), TestContext.Current.CancellationToken);
        Assert.True(good.IsSuccessStatusCode);
    }

    private static void Judge(RequestFault? fault, int seed, int round) =>
        Assert.True(fault is null || fault.Message.Length is > 10 and < 2000, $"seed {seed}, round {round}: {fault?.Message}");

    private static byte[] Json() => Encoding.UTF8.GetBytes(
        """{"id":"1","parameters":{"timeout":5000000},"inputs":[{"name":"a","shape":[2,2],"datatype":"FP32","data":[1,2.5,"NaN",-4e3]},{"name":"b","shape":[3],"datatype":"INT8","data":[-128,0,127]},{"name":"s","shape":[2,1],"datatype":"BYTES","data":["x","\u00e4"]},{"name":"t","shape":[],"datatype":"BOOL","data":[true]},{"data":[18446744073709551615],"datatype":"UINT64","shape":[1,1],"name":"any"}],"outputs":[{"name":"y","parameters":{"binary_data":false}}]}""");

    private static byte[] Message(bool raw)
    {
        (string Name, string Datatype, long[] Shape, InferTensorContents Contents, byte[] Raw)[] inputs =
        [
            ("a", "FP32", [1, 2], new() { Fp32Contents = { 1, -2 } }, new byte[8]),
            ("b", "INT8", [3], new() { IntContents = { -128, 0, 127 } }, new byte[3]),
            ("s", "BYTES", [2, 1], new() { BytesContents = { ByteString.CopyFromUtf8("ä"), ByteString.Empty } }, [2, 0, 0, 0, 65, 66, 0, 0, 0, 0]),
            ("t", "BOOL", [], new() { BoolContents = { true } }, [1]),
            ("any", "UINT64", [1, 1, 1], new() { Uint64Contents = { ulong.MaxValue } }, new byte[8]),
        ];
        var request = new ModelInferRequest { ModelName = "mixed", ModelVersion = "1", Id = "1", Parameters = { ["timeout"] = new InferParameter { Int64Param = 5 } } };
        foreach (var (name, datatype, shape, contents, bytes) in inputs)
        {
            request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = name, Datatype = datatype, Shape = { shape }, Contents = raw ? null : contents });
            if (raw)
                request.RawInputContents.Add(ByteString.CopyFrom(bytes));
        }
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" });
        return request.ToByteArray();
    }

    private static byte[] Damaged(Random random, byte[] good, bool text)
    {
        var bytes = good.ToList();
        for (var wounds = random.Next(1, 4); wounds > 0 && bytes.Count > 0; wounds--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1));
                    break;
                case 4:
                    var from = random.Next(bytes.Count);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, 40), bytes.Count - from)));
                    break;
                default:
                    bytes.InsertRange(at, text ? Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]) : [(byte)random.Next(256), 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
                    break;
            }
        }
        return [.. bytes];
    }

    // As it may come from the network: in two pieces.
    private static ReadOnlySequence<byte> Cut(Random random, byte[] bytes)
    {
        var at = random.Next(bytes.Length + 1);
        var first = new Piece(bytes.AsMemory(0, at), 0);
        var last = new Piece(bytes.AsMemory(at), at);
        first.Follow(last);
        return new ReadOnlySequence<byte>(first, 0, last, bytes.Length - at);
    }

    private static byte[] Framed(Random random, byte[] message)
    {
        var frame = GrpcClient.Frame(Damaged(random, message, text: false));
        if (random.Next(8) == 0)
            frame[random.Next(5)] = (byte)random.Next(256);
        return frame;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public void Follow(Piece next) => Next = next;
    }
}
