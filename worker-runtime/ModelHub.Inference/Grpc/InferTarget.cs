using System.Text;

namespace ModelHub.Inference.Grpc;

/// <summary>Which model a ModelInferRequest is for, read without looking at its tensors.</summary>
/// <param name="Version">empty when the caller leaves it to the server</param>
public readonly record struct InferTarget(string Model, string Version)
{
    private const int ModelField = 1;
    private const int VersionField = 2;
    private const int LongestName = 1024;

    /// <returns>false when the message is not protobuf, or a name is not text</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out InferTarget target)
    {
        ReadOnlySpan<byte> model = [], version = [];
        var reader = new ProtoReader(message);
        while (reader.Next())
            if (reader.Field == ModelField)
                model = reader.Bytes();
            else if (reader.Field == VersionField)
                version = reader.Bytes();
            else
                reader.Skip();
        target = default;
        if (reader.Broken || model.Length > LongestName || version.Length > LongestName
            || !System.Text.Unicode.Utf8.IsValid(model) || !System.Text.Unicode.Utf8.IsValid(version))
            return false;
        target = new InferTarget(Encoding.UTF8.GetString(model), version.IsEmpty ? "" : Encoding.UTF8.GetString(version));
        return true;
    }
}
