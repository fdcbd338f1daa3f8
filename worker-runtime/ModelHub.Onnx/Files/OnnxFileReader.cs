namespace ModelHub.Onnx.Files;

public static class OnnxFileReader
{
    private const int MetadataBytes = 4 * 1024 * 1024;
    private const int MetadataShown = 64 * 1024;

    /// <summary>
    /// Reads the outline of a model file. The file is mapped, not copied; external data files are looked at, never read.
    /// </summary>
    public static Either<OnnxFile> Read(string path, OnnxFileLimits limits)
    {
        var size = new FileInfo(path).Length;
        if (size == 0)
            return new ModelRefusal("The file is empty.");
        if (size > limits.Bytes)
            return new ModelRefusal($"The file has {size} bytes; the limit is {limits.Bytes}.");
        try
        {
            using var map = new MappedFile(path, size);
            return Known(map.Bytes) is { } other ? new ModelRefusal($"This is {other}, not an ONNX model.") : Read(map.Bytes, path, limits);
        }
        catch (InvalidDataException e)
        {
            return new ModelRefusal($"Not a valid ONNX file: {e.Message}.");
        }
    }

    private static Either<OnnxFile> Read(ReadOnlySpan<byte> bytes, string path, OnnxFileLimits limits)
    {
        var tensors = new TensorCheck(Path.GetDirectoryName(Path.GetFullPath(path))!, limits);
        var scan = new GraphScan(limits, tensors);
        Dictionary<string, long> opsets = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        var (ir, producer, graphs) = (0L, "", 0);
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            switch (model.Field)
            {
                case Model.IrVersion:
                    ir = model.Number();
                    break;
                case Model.ProducerName:
                    producer = model.Text(limits.NameBytes);
                    break;
                case Model.OpsetImport:
                    var (domain, version) = OpsetOf(model.Message(), limits);
                    opsets[domain] = version;
                    break;
                case Model.Metadata when metadata.Count < limits.MetadataEntries:
                    var (key, value) = Entry.Read(model.Message(), limits.NameBytes, MetadataBytes);
                    metadata[key] = value.Length <= MetadataShown ? value : value[..MetadataShown];
                    break;
                case Model.Graph:
                    graphs++;
                    scan.Graph(model.Message(), 1);
                    break;
                case Model.Functions:
                    scan.Function(model.Message());
                    break;
                default:
                    model.Skip();
                    break;
            }
        }
        if (graphs != 1)
            return new ModelRefusal($"Not a valid ONNX file: it holds {graphs} graphs instead of one.");
        if (ir <= 0)
            return new ModelRefusal("Not a valid ONNX file: it has no IR version.");
        if (scan.Outputs.Count == 0)
            return new ModelRefusal("The model has no outputs.");
        return new OnnxFile
        {
            Path = path,
            Bytes = bytes.Length,
            IrVersion = ir,
            Opsets = opsets,
            Producer = producer,
            Metadata = metadata,
            Inputs = [.. scan.Inputs.Where(i => !scan.Initializers.Contains(i.Name))],
            Outputs = [.. scan.Outputs],
            Nodes = scan.Nodes,
            Parameters = tensors.Parameters,
            IsOpenEnded = scan.IsOpenEnded,
            IsRandom = scan.IsRandom,
            ExternalFiles = [.. tensors.ExternalFiles],
            ZipMaps = [.. scan.ZipMaps.Where(z => scan.Outputs.Exists(o => o.Name == z.Output))],
        };
    }

    private static (string Domain, long Version) OpsetOf(ProtobufReader opset, OnnxFileLimits limits)
    {
        var (domain, version) = ("", 0L);
        while (opset.Next())
        {
            if (opset.Field == Opset.Domain)
                domain = opset.Text(limits.NameBytes);
            else if (opset.Field == Opset.Version)
                version = opset.Number();
            else
                opset.Skip();
        }
        return (domain, version);
    }

    // What people upload by mistake: it saves them a guess.
    private static string? Known(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("version https://git-lfs"u8) ? "a Git LFS pointer"
        : bytes.StartsWith("<"u8) ? "a web page or XML"
        : bytes.StartsWith("PK\u0003\u0004"u8) ? "a zip archive"
        : bytes.StartsWith("\u001f"u8) && bytes.Length > 1 && bytes[1] == 0x8B ? "a gzip archive"
        : null;
}
