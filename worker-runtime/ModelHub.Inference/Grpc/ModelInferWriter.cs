using System.Buffers;
using System.Runtime.InteropServices;

namespace ModelHub.Inference.Grpc;

/// <summary>Writes a ModelInferResponse as one framed gRPC message. Reused: <see cref="Start"/> begins a new one.</summary>
public sealed class ModelInferWriter : IDisposable
{
    private const int ModelField = 1;
    private const int VersionField = 2;
    private const int IdField = 3;
    private const int OutputsField = 5;
    private const int RawField = 6;
    private readonly PooledBuffer body = new();
    private readonly PooledBuffer raws = new();
    private readonly PooledBuffer tensor = new();
    private readonly PooledBuffer contents = new();
    private bool raw;

    /// <summary>The frame: five bytes and the message.</summary>
    public ReadOnlyMemory<byte> Frame => body.Written;

    public void Start(ModelSpec model, InferRequest request)
    {
        body.Clear();
        raws.Clear();
        // Half floats have no contents; an answer is raw as a whole or not at all.
        raw = request.BinaryByDefault;
        for (var i = 0; i < request.Outputs.Count; i++)
            raw |= !model.Outputs[request.Outputs[i]].Datatype.HasJson();
        body.GetSpan(GrpcFrame.PrefixBytes);
        body.Advance(GrpcFrame.PrefixBytes);
        body.Text(ModelField, model.Name);
        body.Text(VersionField, model.Version);
        if (request.Id is { } id)
            body.Text(IdField, id);
    }

    public void Output(TensorSpec spec, in OutputTensor output)
    {
        const int nameField = 1, datatypeField = 2, shapeField = 3, parametersField = 4, contentsField = 5;
        tensor.Clear();
        tensor.Bytes(nameField, spec.NameUtf8);
        tensor.Bytes(datatypeField, spec.Datatype.NameUtf8());
        var shapeBytes = 0;
        foreach (var size in output.Shape)
            shapeBytes += ProtoWriter.VarintBytes((ulong)size);
        tensor.Tag(shapeField, Wire.Bytes);
        tensor.Varint((ulong)shapeBytes);
        foreach (var size in output.Shape)
            tensor.Varint((ulong)size);
        if (spec.LabelsJson is { } labels)
            Labels(parametersField, labels);
        if (raw)
        {
            raws.Tag(RawField, Wire.Bytes);
            raws.Varint((ulong)V2.BinaryData.Size(spec.Datatype, output));
            V2.BinaryData.Write(raws, spec.Datatype, output);
        }
        else
        {
            contents.Clear();
            ContentsWriter.Write(contents, spec.Datatype, output);
            tensor.Bytes(contentsField, contents.Written.Span);
        }
        body.Bytes(OutputsField, tensor.Written.Span);
    }

    // The standard has no list of texts among the values of a parameter: they travel as JSON.
    private void Labels(int parametersField, byte[] json)
    {
        const int key = 1, value = 2, stringParameter = 3;
        contents.Clear();
        contents.Bytes(stringParameter, json);
        var parameter = contents.Count;
        contents.Bytes(key, "labels"u8);
        contents.Bytes(value, contents.Written.Span[..parameter]);
        tensor.Bytes(parametersField, contents.Written.Span[parameter..]);
    }

    public void End()
    {
        body.Write(raws.Written.Span);
        GrpcFrame.WritePrefix(MemoryMarshal.AsMemory(body.Written).Span);
    }

    public void Dispose()
    {
        body.Dispose();
        raws.Dispose();
        tensor.Dispose();
        contents.Dispose();
    }
}
