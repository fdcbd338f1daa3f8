using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Router.Comparing;
using Xunit;

namespace ModelHub.Tests.Router.Comparing;

public sealed class ReadGrpcAnswerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tensors_are_read_raw_or_from_their_contents(bool raw)
    {
        var answer = new ModelInferResponse();
        Add("score", "FP32", [2, 1], MemoryMarshal.AsBytes<float>([0.25f, 0.75f]), new InferTensorContents { Fp32Contents = { 0.25f, 0.75f } });
        Add("wide", "FP64", [1, 2], MemoryMarshal.AsBytes<double>([0.1, 0.9]), new InferTensorContents { Fp64Contents = { 0.1, 0.9 } });
        Add("count", "INT64", [2], MemoryMarshal.AsBytes<long>([7, -7]), new InferTensorContents { Int64Contents = { 7, -7 } });
        Add("small", "INT8", [2], [3, 255], new InferTensorContents { IntContents = { 3, -1 } });
        Add("large", "UINT64", [1], MemoryMarshal.AsBytes<ulong>([ulong.MaxValue]), new InferTensorContents { Uint64Contents = { ulong.MaxValue } });
        Add("truth", "BOOL", [2], [1, 0], new InferTensorContents { BoolContents = { true, false } });
        Add("label", "BYTES", [2], [3, 0, 0, 0, .. "yes"u8, 2, 0, 0, 0, .. "no"u8], new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("yes"), ByteString.CopyFromUtf8("no") } });
        answer.Outputs[1].Parameters["labels"] = new InferParameter { StringParam = """["no","yes"]""" };

        var read = ReadGrpcAnswer.Of(answer.ToByteArray())!;

        Assert.Equal([0.25, 0.75], read["score"].Numbers!);
        Assert.Equal((2, 1), (read["score"].Rows, read["score"].Width));
        Assert.Equal((0.9, "yes"), (read["wide"].ScoreOf(0), read["wide"].ClassOf(0)));
        Assert.Equal(["7", "-7"], read["count"].Texts!);
        Assert.Equal([3.0, -1.0], read["small"].Numbers!);
        Assert.Equal(["18446744073709551615"], read["large"].Texts!);
        Assert.Equal(["true", "false"], read["truth"].Texts!);
        Assert.Equal(["yes", "no"], read["label"].Texts!);

        void Add(string name, string datatype, long[] shape, ReadOnlySpan<byte> bytes, InferTensorContents contents)
        {
            var output = new ModelInferResponse.Types.InferOutputTensor { Name = name, Datatype = datatype, Shape = { shape } };
            if (raw)
                answer.RawOutputContents.Add(ByteString.CopyFrom(bytes));
            else
                output.Contents = contents;
            answer.Outputs.Add(output);
        }
    }

    [Fact]
    public void What_is_no_such_answer_is_nothing_to_look_at()
    {
        var odd = new ModelInferResponse { Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "p", Datatype = "FP32", Shape = { 1 }, Contents = new InferTensorContents { Int64Contents = { 1 } } } } };
        var twice = new ModelInferResponse { Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "p", Datatype = "FP32" }, new ModelInferResponse.Types.InferOutputTensor { Name = "p", Datatype = "FP32" } } };

        Assert.Null(ReadGrpcAnswer.Of(new byte[] { 255, 255, 255 }));
        Assert.Null(ReadGrpcAnswer.Of(odd.ToByteArray()));
        Assert.Null(ReadGrpcAnswer.Of(twice.ToByteArray()));
        Assert.Empty(ReadGrpcAnswer.Of(Array.Empty<byte>())!);
    }
}
