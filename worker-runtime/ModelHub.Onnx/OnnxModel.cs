using ModelHub.Onnx.Files;
using ModelHub.Onnx.Signatures;

namespace ModelHub.Onnx;

/// <summary>A model file, loaded and ready to run: its outline, its signature, its session.</summary>
public sealed class OnnxModel : IDisposable
{
    // Where the session has each input of the signature.
    private readonly int[] order;

    private OnnxModel(OnnxFile file, Signature signature, OnnxSession session)
    {
        File = file;
        Signature = signature;
        Session = session;
        order = [.. session.Inputs.Select(i => Array.FindIndex(signature.Inputs, s => s.Name == i.Name))];
    }

    public OnnxFile File { get; }

    public Signature Signature { get; }

    public OnnxSession Session { get; }

    /// <summary>
    /// Checks the file, then lets ONNX Runtime load it. A file nobody has validated yet belongs in a child process
    /// (<see cref="Validation.ValidationProcess"/>).
    /// </summary>
    public static Either<OnnxModel> Open(string path, OnnxFileLimits? limits = null)
    {
        if (!OnnxFileReader.Read(path, limits ?? OnnxFileLimits.Default).Succeeded(out var file, out var refusal)
            || !Signature.Of(file).Succeeded(out var signature, out refusal))
            return refusal;
        try
        {
            return new OnnxModel(file, signature, Load(file));
        }
        catch (OnnxException e) when (e.Fault == OnnxFault.Model)
        {
            return new ModelRefusal($"ONNX Runtime does not load the model: {e.Message}");
        }
    }

    /// <param name="inputs">one per input of the <see cref="Signature"/>, in its order</param>
    /// <inheritdoc cref="OnnxSession.Run(ReadOnlySpan{OnnxValue}, ReadOnlySpan{int}, Span{OnnxValue}, RunLimit?)"/>
    public void Run(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<int> wanted, Span<OnnxValue> results, RunLimit? limit)
    {
        results.Clear();
        RunInto(inputs, wanted, results, limit);
    }

    /// <inheritdoc cref="OnnxSession.RunInto"/>
    internal void RunInto(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<int> wanted, Span<OnnxValue> results, RunLimit? limit) =>
        Session.RunInto(inputs, order, wanted, results, limit);

    public void Dispose() => Session.Dispose();

    private static OnnxSession Load(OnnxFile file)
    {
        if (file.ZipMaps.Length == 0)
            return OnnxSession.Open(file.Path);
        using var map = new MappedFile(file.Path, file.Bytes);
        return OnnxSession.Open(
            ZipMapCut.Apply(map.Bytes, file),
            new OnnxSessionOptions(ExternalData: file.ExternalFiles.Length > 0 ? Path.GetDirectoryName(Path.GetFullPath(file.Path)) : null));
    }
}
