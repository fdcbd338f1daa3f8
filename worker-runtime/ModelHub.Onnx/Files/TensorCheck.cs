namespace ModelHub.Onnx.Files;

/// <summary>
/// Checks the weights in a model: dimensions that can be, as much data as they ask for, and external data that lies
/// in the model's own folder. Nothing outside that folder is ever opened.
/// </summary>
internal sealed class TensorCheck(string folder, OnnxFileLimits limits)
{
    private readonly HashSet<string> external = new(StringComparer.Ordinal);

    public IEnumerable<string> ExternalFiles => external;

    public long Parameters { get; private set; }

    /// <returns>the tensor's name</returns>
    public string Tensor(ProtobufReader tensor)
    {
        List<long> shape = [];
        Dictionary<string, string> location = new(StringComparer.Ordinal);
        var (name, type, isExternal) = ("", ElementType.Undefined, false);
        long raw = -1, length = 0;
        while (tensor.Next())
        {
            var from = tensor.Position;
            switch (tensor.Field)
            {
                case TensorData.Dimensions:
                    tensor.Numbers(shape, limits.Rank);
                    break;
                case TensorData.Type:
                    type = (ElementType)tensor.Number();
                    break;
                case TensorData.Name:
                    name = tensor.Text(limits.NameBytes);
                    break;
                case TensorData.Raw:
                    raw = tensor.Bytes().Length;
                    break;
                case TensorData.External:
                    var (key, value) = Entry.Read(tensor.Message(), limits.NameBytes, limits.NameBytes);
                    location[key] = value;
                    break;
                case TensorData.Location:
                    isExternal = tensor.Number() == 1;
                    break;
                default:
                    tensor.Skip();
                    length += tensor.Position - from;
                    break;
            }
        }

        var elements = Elements(tensor, name, shape);
        Parameters += elements;
        if (isExternal)
            External(tensor, name, location, type.Bytes(elements));
        else if (raw >= 0 && type.Bits() > 0 && raw != type.Bytes(elements))
            throw tensor.Broken($"initializer '{name}' of {elements} elements holds {raw} bytes instead of {type.Bytes(elements)}");
        else if (raw < 0 && elements > Math.Max(length, 0) * 8)
            throw tensor.Broken($"initializer '{name}' declares {elements} elements and has no data for them");
        return name;
    }

    public string Sparse(ProtobufReader sparse)
    {
        var name = "";
        List<long> shape = [];
        while (sparse.Next())
        {
            switch (sparse.Field)
            {
                case SparseTensorData.Values:
                    name = Tensor(sparse.Message());
                    break;
                case SparseTensorData.Indices:
                    Tensor(sparse.Message());
                    break;
                case SparseTensorData.Dimensions:
                    sparse.Numbers(shape, limits.Rank);
                    break;
                default:
                    sparse.Skip();
                    break;
            }
        }
        Elements(sparse, name, shape);
        return name;
    }

    private static long Elements(ProtobufReader tensor, string name, List<long> shape)
    {
        Int128 product = 1;
        foreach (var size in shape)
        {
            if (size < 0)
                throw tensor.Broken($"initializer '{name}' has the negative dimension {size}");
            product *= size;
            if (product > long.MaxValue / 128)
                throw tensor.Broken($"initializer '{name}' declares more elements than any memory holds");
        }
        return (long)product;
    }

    private void External(ProtobufReader tensor, string name, Dictionary<string, string> entries, long bytes)
    {
        var location = entries.GetValueOrDefault("location", "");
        if (location.Length == 0)
            throw tensor.Broken($"initializer '{name}' is external but names no file");
        if (Path.IsPathRooted(location) || location[0] is '/' or '\\' || location.Contains(':', StringComparison.Ordinal))
            throw tensor.Broken($"initializer '{name}' names the absolute external file '{location}'");
        if (location.Split('/', '\\').Contains("..", StringComparer.Ordinal))
            throw tensor.Broken($"initializer '{name}' names the external file '{location}', outside the model's folder");

        var file = new FileInfo(Path.Combine(folder, location));
        if (!file.Exists)
            throw tensor.Broken($"initializer '{name}' needs the external file '{location}', which is not part of the artifact");
        for (FileSystemInfo? at = file; at is not null && at.FullName.Length > folder.Length; at = at is FileInfo f ? f.Directory : ((DirectoryInfo)at).Parent)
            if (at.LinkTarget is not null)
                throw tensor.Broken($"initializer '{name}' reaches the external file '{location}' through a link");

        var offset = Whole(tensor, entries, "offset", 0);
        var length = Whole(tensor, entries, "length", bytes);
        if (bytes > length || length > file.Length || offset > file.Length - length)
            throw tensor.Broken($"initializer '{name}' needs {bytes} bytes from {offset} of '{location}', which has {file.Length}");
        external.Add(location);
    }

    private static long Whole(ProtobufReader tensor, Dictionary<string, string> entries, string key, long otherwise) =>
        !entries.TryGetValue(key, out var text) ? otherwise
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value
        : throw tensor.Broken($"the external {key} '{text}' is not a number");
}
