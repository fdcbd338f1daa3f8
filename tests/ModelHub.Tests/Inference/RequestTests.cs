using System.Buffers;
using System.Text;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Inference.V2;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Inference;

/// <summary>Requests against a signature: what is taken, and what is said about the rest.</summary>
public sealed class RequestTests
{
    private static readonly ModelSpec Iris = new("iris", "1", [new("X", Datatype.Fp32, [-1, 4])], [new("y", Datatype.Fp32, [-1, 1])]);

    private static readonly ModelSpec Mixed = new(
        "mixed", "1",
        [new("age", Datatype.Int64, [-1, 1]), new("purpose", Datatype.Bytes, [-1, 1]), new("ok", Datatype.Bool, [-1, 1]), new("x", Datatype.Fp64, [-1, 2])],
        [new("label", Datatype.Bytes, [-1]), new("p", Datatype.Fp32, [-1, 2], ["bad", "good"])],
        ["left", "right"]);

    public static TheoryData<string> Hostile => [.. SharedData.FilesIn("hostile/request")];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_request_is_refused_with_a_reason(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(SharedData.Folder("hostile"), "request", name));

        var fault = InferReader.Read(new ReadOnlySequence<byte>(body), null, Iris, InferenceLimits.Default, new InferRequest());

        Assert.NotNull(fault);
        Assert.InRange(fault.Message.Length, 10, 400);
        if (name is "count_mismatch.json" or "negative_shape.json" or "overflow_shape.json" or "zero_rows.json" or "string_in_float.json"
            or "out_of_range.json" or "duplicate_input.json" or "wrong_name.json" or "wrong_type.json" or "unknown_type.json" or "nested_data.json")
            Assert.Contains("X'", fault.Message.Replace("'x '", "'X'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}""", null)]
    [InlineData("""{"data":[1,2,3,4],"datatype":"FP32","shape":[1,4],"name":"X","unheard":{"of":[1]}}""", null)]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":["NaN","Infinity","-Infinity",1e-50]}""", null)]
    [InlineData("""{"name":"X","shape":[1,5],"datatype":"FP32","data":[1,2,3,4,5]}""", "The input 'X' has shape [1,5]: expected [-1,4].")]
    [InlineData("""{"name":"X","shape":[4],"datatype":"FP32","data":[1,2,3,4]}""", "The input 'X' has shape [4]: expected [-1,4].")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP64","data":[1,2,3,4]}""", "The input 'X' has datatype 'FP64', expected FP32.")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,3]}""", "The input 'X' of shape [1,4] needs 4 values, 3 given.")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,3,4,5]}""", "The input 'X' of shape [1,4] needs 4 values, more given.")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,"3",4]}""", "Value 2 of the input 'X' is a string, expected FP32.")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,[3],4]}""", "The 'data' of the input 'X' is nested; give its values in one flat array, row by row.")]
    [InlineData("""{"name":"X","name":"X","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}""", "'name' is given twice.")]
    [InlineData("""{"name":"X","shape":[1,4],"datatype":"FP32"}""", "The input 'X' needs 'data'.")]
    [InlineData("""{"name":"X","datatype":"FP32","data":[1]}""", "The input 'X' needs a 'shape'.")]
    [InlineData("", "The input 'X' is missing; expected FP32 [-1,4].")]
    public void What_is_wrong_with_an_input_is_said(string input, string? expected)
    {
        var fault = Read(Iris, $$"""{"inputs":[{{input}}]}""", out _);

        Assert.Equal(expected, fault?.Message);
    }

    [Fact]
    public void Whole_numbers_keep_every_digit_and_texts_every_letter()
    {
        var fault = Read(Mixed, """
            {"inputs":[{"name":"age","shape":[2,1],"datatype":"INT64","data":[9007199254740993,-9223372036854775808]},
            {"name":"purpose","shape":[2,1],"datatype":"BYTES","data":["car\n\u00e9","😀"]},
            {"name":"ok","shape":[2,1],"datatype":"BOOL","data":[true,false]},
            {"name":"x","shape":[2,2],"datatype":"FP64","data":[0.1,1e300,-0,2]}]}
            """, out var request);

        Assert.Null(fault);
        Assert.Equal([9007199254740993, long.MinValue], Of<long>(request.Inputs[0]));
        Assert.Equal(["car\né", "😀"], Texts(request.Inputs[1]));
        Assert.Equal([1, 0], Of<byte>(request.Inputs[2]));
        Assert.Equal([0.1, 1e300, -0d, 2], Of<double>(request.Inputs[3]));
    }

    [Fact]
    public void Binary_inputs_are_taken_as_they_are_and_counted()
    {
        const string json = """{"inputs":[{"name":"X","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}]}""";
        byte[] data = [.. Encoding.UTF8.GetBytes(json), .. new[] { 1f, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)];
        var request = new InferRequest();

        var good = InferReader.Read(new ReadOnlySequence<byte>(data), json.Length, Iris, InferenceLimits.Default, request);
        var values = Of<float>(request.Inputs[0]);
        var cut = InferReader.Read(new ReadOnlySequence<byte>(data[..^1]), json.Length, Iris, InferenceLimits.Default, request);
        var more = InferReader.Read(new ReadOnlySequence<byte>([.. data, 0]), json.Length, Iris, InferenceLimits.Default, request);

        Assert.Null(good);
        Assert.Equal([1f, 2, 3, 4], values);
        Assert.Equal("The input 'X' announces 16 bytes of binary data, 15 are left.", cut!.Message);
        Assert.Equal("17 bytes of binary data were sent, the inputs take 16.", more!.Message);
    }

    [Fact]
    public void Rows_may_name_their_fields_in_any_order()
    {
        var fault = ReadRows("""[{"left":1,"right":2,"age":3,"purpose":"car","ok":true},{"ok":false,"purpose":"a much longer purpose","age":-4,"right":20,"left":10}]""", out var request);

        Assert.Null(fault);
        Assert.Equal([3L, -4], Of<long>(request.Inputs[0]));
        Assert.Equal(["car", "a much longer purpose"], Texts(request.Inputs[1]));
        Assert.Equal([1, 2, 10d, 20], Of<double>(request.Inputs[3]));
        Assert.Equal([2L, 2], request.Inputs[3].Shape);
    }

    [Theory]
    [InlineData("""[{"left":1,"right":2,"age":3,"purpose":"car"}]""", "Row 0 lacks the field 'ok'.")]
    [InlineData("""[{"left":1,"right":2,"age":3.5,"purpose":"car","ok":true}]""", "The field 'age' of row 0 is a number out of range or not whole, expected INT64.")]
    [InlineData("""[{"left":1,"right":"2","age":3,"purpose":"car","ok":true}]""", "The field 'right' of row 0 is a string, expected FP64.")]
    [InlineData("""[{"left":1,"right":null,"age":3,"purpose":"car","ok":true}]""", "The field 'right' of row 0 is null, expected FP64.")]
    [InlineData("""[{"left":1,"right":2,"age":3,"purpose":"car","ok":true,"more":1}]""", "Row 0 has the field 'more', which the model does not take; it takes age, purpose, ok, left, right.")]
    [InlineData("""[{"left":1,"left":2,"age":3,"purpose":"car","ok":true}]""", "Row 0 gives the field 'left' twice.")]
    [InlineData("[]", "The request has no rows.")]
    [InlineData("3", "The request must be an array of objects, one per row, or one such object.")]
    [InlineData("[[1]]", "Row 0 is not an object of named fields.")]
    public void A_wrong_field_is_named_with_its_row(string rows, string expected) =>
        Assert.Equal(expected, ReadRows(rows, out _)?.Message);

    [Fact]
    public void Predictions_carry_the_names_of_the_classes()
    {
        using var buffer = new PooledBuffer();
        byte[] p = [.. new[] { 0.25f, 0.75f, float.NaN, 1 }.SelectMany(BitConverter.GetBytes)];

        var (one, two, starts) = (new long[] { 2 }, new long[] { 2, 2 }, new nuint[] { 0, 4 });

        var fault = RowsWriter.Write(buffer, Mixed, 2, i => i == 0 ? new OutputTensor(one, "goodbad"u8, starts) : new OutputTensor(two, p));

        Assert.Null(fault);
        Assert.Equal(
            """{"model_name":"mixed","model_version":"1","predictions":[{"label":"good","p":{"bad":0.25,"good":0.75}},{"label":"bad","p":{"bad":"NaN","good":1}}]}""",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_cut_and_any_changed_byte_is_answered_and_leaves_the_next_request_alone(int seed)
    {
        var random = new Random(seed);
        var good = """{"id":"1","parameters":{"timeout":5},"inputs":[{"name":"X","shape":[2,4],"datatype":"FP32","data":[1,2,3,4,5,6,7,8]}],"outputs":[{"name":"y"}]}"""u8.ToArray();
        var request = new InferRequest();
        for (var turn = 0; turn < 5000; turn++)
        {
            var bytes = good[..random.Next(good.Length + 1)];
            for (var i = random.Next(3); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            InferReader.Read(Split(bytes, random), null, Iris, InferenceLimits.Default, request);
            var after = InferReader.Read(Split(good, random), null, Iris, InferenceLimits.Default, request);

            Assert.Null(after);
            Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], Of<float>(request.Inputs[0]));
        }
    }

    private static RequestFault? Read(ModelSpec model, string json, out InferRequest request) =>
        InferReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), null, model, InferenceLimits.Default, request = new InferRequest());

    private static RequestFault? ReadRows(string json, out InferRequest request) =>
        RowsReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), FieldPlan.Of(Mixed, out _)!, InferenceLimits.Default, request = new InferRequest());

    private static T[] Of<T>(Tensor tensor)
        where T : struct => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(tensor.Memory.AsSpan(0, tensor.Length)).ToArray();

    private static string[] Texts(Tensor tensor) =>
        [.. tensor.Pieces.ToArray().Select(p => Encoding.UTF8.GetString(tensor.Memory, p.Start, p.Length))];

    // The wire delivers in pieces.
    private static ReadOnlySequence<byte> Split(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        var first = new Segment(bytes.AsMemory(0, at), 0);
        var second = first.Then(bytes.AsMemory(at));
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
