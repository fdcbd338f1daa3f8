using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using Xunit;
using InputTensor = ModelHub.Inference.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;

namespace ModelHub.Tests.Inference;

/// <summary>Our reader and writer of gRPC messages against those generated from the published definition.</summary>
public sealed class GrpcMessageTests
{
    private static readonly ModelSpec Iris = new("iris", "1", [new("X", Datatype.Fp32, [-1, 4])], [new("y", Datatype.Fp32, [-1, 1])]);

    public static TheoryData<Datatype> Datatypes => [.. Enum.GetValues<Datatype>().Where(d => d != Datatype.Unknown)];

    [Theory]
    [MemberData(nameof(Datatypes))]
    public void Elements_of_every_datatype_arrive_raw_and_as_contents(Datatype datatype)
    {
        var model = Echo(datatype);
        var elements = Elements(datatype);

        foreach (var contents in new[] { false, true })
        {
            if (contents && !datatype.HasJson())
                continue;
            var request = Request(datatype, elements, contents);

            var read = new InferRequest();
            var fault = ModelInferReader.Read(request.ToByteArray(), model, InferenceLimits.Default, read);

            Assert.Null(fault);
            Assert.Equal([3, 2], read.Inputs[0].Shape);
            Assert.Equal(elements.Select(Convert.ToHexString), Taken(read.Inputs[0]).Select(Convert.ToHexString));
            Assert.Equal(!contents, read.BinaryByDefault);
        }
    }

    [Theory]
    [MemberData(nameof(Datatypes))]
    public void Outputs_of_every_datatype_are_read_by_the_generated_code(Datatype datatype)
    {
        var model = Echo(datatype);
        var elements = Elements(datatype);
        var starts = elements.Select((_, i) => (nuint)elements.Take(i).Sum(e => e.Length)).ToArray();
        var data = elements.SelectMany(e => e).ToArray();

        foreach (var contents in new[] { false, true })
        {
            var request = new InferRequest();
            Assert.Null(ModelInferReader.Read(Request(datatype, elements, contents && datatype.HasJson()).ToByteArray(), model, InferenceLimits.Default, request));
            using var writer = new ModelInferWriter();
            writer.Start(model, request);
            writer.Output(model.Outputs[0], datatype == Datatype.Bytes ? new OutputTensor([3, 2], data, starts) : new OutputTensor([3, 2], data));
            writer.End();

            var answer = ModelInferResponse.Parser.ParseFrom(writer.Frame.Span[GrpcFrame.PrefixBytes..]);

            var output = Assert.Single(answer.Outputs);
            Assert.Equal(("m", "7", "y", datatype.Name()), (answer.ModelName, answer.ModelVersion, output.Name, output.Datatype));
            Assert.Equal([3, 2], output.Shape);
            var expected = Request(datatype, elements, contents && datatype.HasJson());
            Assert.Equal(expected.Inputs[0].Contents, output.Contents);
            Assert.Equal(expected.RawInputContents, answer.RawOutputContents);
        }
    }

    [Fact]
    public void Elements_written_one_by_one_and_in_several_pieces_are_one_tensor()
    {
        var packed = new InputTensor { Name = "x", Datatype = "INT32", Shape = { 3, 2 }, Contents = new() { IntContents = { 1, -2, 3 } } };
        byte[] contents = [.. packed.Contents.ToByteArray(), 0x10, 4, 0x10, 5, .. new InferTensorContents { IntContents = { 6 } }.ToByteArray()];
        byte[] input = [.. new InputTensor { Name = "x", Datatype = "INT32", Shape = { 3, 2 } }.ToByteArray(), 0x2A, (byte)contents.Length, .. contents];
        byte[] message = [0x2A, (byte)input.Length, .. input];

        var read = new InferRequest();
        var fault = ModelInferReader.Read(message, Echo(Datatype.Int32), InferenceLimits.Default, read);

        Assert.Null(fault);
        Assert.Equal([1, -2, 3, 4, 5, 6], MemoryMarshal.Cast<byte, int>(read.Inputs[0].Memory.AsSpan(0, 24)).ToArray());
    }

    [Fact]
    public void Labels_of_classes_come_as_a_parameter()
    {
        var model = new ModelSpec("m", "7", [new("x", Datatype.Fp32, [-1, 2])], [new("p", Datatype.Fp32, [-1, 2], ["bad", "good"])]);
        using var writer = new ModelInferWriter();
        var request = new InferRequest();
        Assert.Null(ModelInferReader.Read(Request(Datatype.Fp32, Elements(Datatype.Fp32), contents: true).ToByteArray(), model, InferenceLimits.Default, request));
        writer.Start(model, request);
        writer.Output(model.Outputs[0], new OutputTensor([1, 2], MemoryMarshal.AsBytes<float>([0.25f, 0.75f])));
        writer.End();

        var output = ModelInferResponse.Parser.ParseFrom(writer.Frame.Span[GrpcFrame.PrefixBytes..]).Outputs.Single();

        Assert.Equal("""["bad","good"]""", output.Parameters["labels"].StringParam);
        Assert.Equal([0.25f, 0.75f], output.Contents.Fp32Contents);
    }

    [Fact]
    public void The_model_and_version_are_found_wherever_they_stand_and_the_last_counts()
    {
        byte[] message = [.. Request(Datatype.Fp32, Elements(Datatype.Fp32), contents: false).ToByteArray(), .. new ModelInferRequest { ModelVersion = "3" }.ToByteArray()];

        Assert.True(InferTarget.TryRead(message, out var target));
        Assert.Equal(new InferTarget("m", "3"), target);
        Assert.False(InferTarget.TryRead([0x0A, 0xFF], out _));
    }

    [Theory]
    [InlineData("wrong datatype", "The input 'X' has datatype 'FP64', expected FP32.")]
    [InlineData("wrong shape", "The input 'X' has shape [1,5]: expected [-1,4].")]
    [InlineData("negative shape", "The input 'X' has shape [-1,-4]: a size is negative.")]
    [InlineData("no rows", "The input 'X' has shape [0,4]: it has no rows.")]
    [InlineData("huge shape", "The input 'X' has shape [9000000000000000000,4]: more than 67108864 elements.")]
    [InlineData("more than sent", "The input 'X' of shape [99999,4] needs 399996 values, fewer given.")]
    [InlineData("too few", "The input 'X' of shape [1,4] needs 4 values, 3 given.")]
    [InlineData("too many", "The input 'X' of shape [1,4] needs 4 values, more given.")]
    [InlineData("wrong field", "The elements of the input 'X' of datatype FP32 belong into 'fp32_contents'.")]
    [InlineData("unknown input", "The model has no input 'Z'; it takes X.")]
    [InlineData("no input", "The input 'X' is missing; expected FP32 [-1,4].")]
    [InlineData("twice", "The input 'X' is given twice.")]
    [InlineData("raw too short", "The input 'X' of shape [1,4] needs 16 bytes, 12 given.")]
    [InlineData("raw missing", "'raw_input_contents' has fewer items than there are inputs.")]
    [InlineData("raw left over", "'raw_input_contents' has more items than there are inputs.")]
    [InlineData("raw and contents", "The input 'X' has 'contents' although 'raw_input_contents' are given.")]
    [InlineData("unknown output", "The model has no output 'z'; it gives y.")]
    [InlineData("timeout", "The parameter 'timeout' must be a whole number of microseconds between 1 and 3600000000.")]
    public void What_is_wrong_with_a_message_is_said(string what, string expected)
    {
        var fault = ModelInferReader.Read(Wrong(what).ToByteArray(), Iris, InferenceLimits.Default, new InferRequest());

        Assert.Equal(expected, fault?.Message);
    }

    [Theory]
    [InlineData("250m", 250)]
    [InlineData("3S", 3000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("5000u", 5)]
    [InlineData("2000000n", 2)]
    [InlineData("123456789m", null)]
    [InlineData("-1m", null)]
    [InlineData("5", null)]
    [InlineData("m", null)]
    public void A_deadline_is_read_as_gRPC_writes_it(string text, int? milliseconds)
    {
        Assert.Equal(milliseconds is not null, GrpcHeaders.TryTimeout(text, out var timeout));
        if (milliseconds is { } expected)
            Assert.Equal(TimeSpan.FromMilliseconds(expected), timeout);
    }

    [Fact]
    public void A_status_message_is_percent_encoded()
    {
        Assert.Equal("100%25 %C3%A4%0A", GrpcHeaders.Encode("100% ä\n"));
        Assert.Equal("plain", GrpcHeaders.Encode("plain"));
    }

    private static ModelSpec Echo(Datatype datatype) => new("m", "7", [new("x", datatype, [-1, 2])], [new("y", datatype, [-1, 2])]);

    private static byte[][] Elements(Datatype datatype)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, 6).Select(i => datatype switch
        {
            Datatype.Bytes => Encoding.UTF8.GetBytes(new string('ä', i)),
            Datatype.Bool => [(byte)(i % 2)],
            // Among them the smallest and the largest.
            _ => i switch { 0 => new byte[datatype.Size()], 1 => [.. Enumerable.Repeat((byte)0xFF, datatype.Size() - 1), 0x7F], 2 => [.. Enumerable.Repeat((byte)0, datatype.Size() - 1), 0x80], _ => Random(random, datatype.Size()) },
        })];
    }

    private static byte[] Random(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ModelInferRequest Request(Datatype datatype, byte[][] elements, bool contents)
    {
        var input = new InputTensor { Name = "x", Datatype = datatype.Name(), Shape = { 3, 2 } };
        var request = new ModelInferRequest { ModelName = "m", Inputs = { input } };
        if (contents)
            input.Contents = Contents(datatype, elements);
        else
            request.RawInputContents.Add(ByteString.CopyFrom([.. elements.SelectMany(e => datatype == Datatype.Bytes ? [.. BitConverter.GetBytes(e.Length), .. e] : e)]));
        return request;
    }

    private static InferTensorContents Contents(Datatype datatype, byte[][] elements)
    {
        var contents = new InferTensorContents();
        foreach (var element in elements)
            switch (datatype)
            {
                case Datatype.Bool:
                    contents.BoolContents.Add(element[0] == 1);
                    break;
                case Datatype.Int8:
                    contents.IntContents.Add((sbyte)element[0]);
                    break;
                case Datatype.Int16:
                    contents.IntContents.Add(BitConverter.ToInt16(element));
                    break;
                case Datatype.Int32:
                    contents.IntContents.Add(BitConverter.ToInt32(element));
                    break;
                case Datatype.Int64:
                    contents.Int64Contents.Add(BitConverter.ToInt64(element));
                    break;
                case Datatype.UInt8:
                    contents.UintContents.Add(element[0]);
                    break;
                case Datatype.UInt16:
                    contents.UintContents.Add(BitConverter.ToUInt16(element));
                    break;
                case Datatype.UInt32:
                    contents.UintContents.Add(BitConverter.ToUInt32(element));
                    break;
                case Datatype.UInt64:
                    contents.Uint64Contents.Add(BitConverter.ToUInt64(element));
                    break;
                case Datatype.Fp32:
                    contents.Fp32Contents.Add(BitConverter.ToSingle(element));
                    break;
                case Datatype.Fp64:
                    contents.Fp64Contents.Add(BitConverter.ToDouble(element));
                    break;
                case Datatype.Bytes:
                    contents.BytesContents.Add(ByteString.CopyFrom(element));
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "travels raw only");
            }
        return contents;
    }

    private static IEnumerable<byte[]> Taken(Tensor tensor)
    {
        for (var i = 0; i < tensor.Elements; i++)
            if (tensor.Datatype == Datatype.Bytes)
                yield return tensor.Memory.AsSpan(tensor.Pieces[i].Start, tensor.Pieces[i].Length).ToArray();
            else
                yield return tensor.Memory.AsSpan(i * tensor.Datatype.Size(), tensor.Datatype.Size()).ToArray();
    }

    private static ModelInferRequest Wrong(string what)
    {
        var input = new InputTensor { Name = "X", Datatype = "FP32", Shape = { 1, 4 }, Contents = new() { Fp32Contents = { 1, 2, 3, 4 } } };
        var request = new ModelInferRequest { ModelName = "iris", Inputs = { input } };
        switch (what)
        {
            case "wrong datatype":
                input.Datatype = "FP64";
                break;
            case "wrong shape":
                input.Shape[1] = 5;
                break;
            case "negative shape":
                (input.Shape[0], input.Shape[1]) = (-1, -4);
                break;
            case "no rows":
                input.Shape[0] = 0;
                break;
            case "huge shape":
                input.Shape[0] = 9_000_000_000_000_000_000;
                break;
            case "more than sent":
                input.Shape[0] = 99_999;
                break;
            case "too few":
                input.Contents.Fp32Contents.RemoveAt(3);
                break;
            case "too many":
                input.Contents.Fp32Contents.Add(5);
                break;
            case "wrong field":
                input.Contents = new() { Fp64Contents = { 1, 2, 3, 4 } };
                break;
            case "unknown input":
                input.Name = "Z";
                break;
            case "no input":
                request.Inputs.Clear();
                break;
            case "twice":
                request.Inputs.Add(input);
                break;
            case "raw too short" or "raw missing" or "raw left over" or "raw and contents":
                Raw(request, input, what);
                break;
            case "unknown output":
                request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "z" });
                break;
            case "timeout":
                request.Parameters["timeout"] = new InferParameter { Int64Param = -5 };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "no such case");
        }
        return request;
    }

    private static void Raw(ModelInferRequest request, InputTensor input, string what)
    {
        if (what != "raw and contents")
            input.Contents = null;
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[what == "raw too short" ? 12 : 16]));
        if (what == "raw left over")
            request.RawInputContents.Add(ByteString.Empty);
        if (what == "raw missing")
            request.Inputs.Add(new InputTensor { Name = "X", Datatype = "FP32", Shape = { 1, 4 } });
    }
}
