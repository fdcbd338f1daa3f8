namespace ModelHub.Onnx;

/// <summary>Whose fault it is, as far as ONNX Runtime tells.</summary>
public enum OnnxFault
{
    /// <summary>The native library is missing or not usable.</summary>
    NoRuntime,

    /// <summary>The model is not valid, or needs what this runtime does not have.</summary>
    Model,

    /// <summary>A run ended with an error of its own.</summary>
    Run,

    /// <summary>A run was stopped at its time limit.</summary>
    Terminated,
}

/// <summary>ONNX Runtime said no. The message is its first line, cut to a length that fits a log line.</summary>
public sealed class OnnxException(OnnxFault fault, string message) : Exception(message)
{
    public OnnxFault Fault { get; } = fault;

    internal static string FirstLine(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end];
        // "Load model from <path> failed:" names a file of this machine and says nothing.
        if (line.StartsWith("Load model from ") && line.IndexOf(" failed:") is > 0 and var failed)
            line = line[(failed + " failed:".Length)..].Trim();
        // "/onnxruntime_src/….cc:202 type of(the, function) What went wrong": the place in its source is not for readers.
        if (line.StartsWith("/onnxruntime_src/") && line.LastIndexOf(") ") is > 0 and var signature)
            line = line[(signature + 2)..].Trim();
        return line.Length <= 500 ? line.ToString() : string.Concat(line[..500], "…");
    }
}
