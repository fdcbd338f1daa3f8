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
    /// <param name="optimised">the same model as ONNX Runtime simplified it earlier: loaded in its place, while the original says what it takes and gives</param>
    public static Either<OnnxModel> Open(string path, OnnxFileLimits? limits = null, string? optimised = null)
    {
        if (!OnnxFileReader.Read(path, limits ?? OnnxFileLimits.Default).Succeeded(out var file, out var refusal)
            || !Signature.Of(file).Succeeded(out var signature, out refusal))
            return refusal;
        try
        {
            var session = optimised is null ? Load(file, null) : OnnxSession.Open(optimised);
            if (optimised is null || Same(signature, session))
                return new OnnxModel(file, signature, session);
            session.Dispose();
            return new ModelRefusal("The optimised graph has other inputs or outputs than the model.");
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

    /// <summary>Loads the model as any other time, and has the graph written that ONNX Runtime made of it.</summary>
    /// <exception cref="OnnxException">it cannot be loaded or written</exception>
    internal void WriteOptimised(string to) => Load(File, to).Dispose();

    private static OnnxSession Load(OnnxFile file, string? optimisedTo)
    {
        if (file.ZipMaps.Length == 0)
            return OnnxSession.Open(file.Path, new OnnxSessionOptions(OptimisedTo: optimisedTo));
        using var map = new MappedFile(file.Path, file.Bytes);
        return OnnxSession.Open(
            ZipMapCut.Apply(map.Bytes, file),
            new OnnxSessionOptions(
                ExternalData: file.ExternalFiles.Length > 0 ? Path.GetDirectoryName(Path.GetFullPath(file.Path)) : null,
                OptimisedTo: optimisedTo));
    }

    // Runs give inputs by name and take outputs by place.
    private static bool Same(Signature signature, OnnxSession session) =>
        session.Inputs.Length == signature.Inputs.Length && session.Outputs.Length == signature.Outputs.Length
        && session.Inputs.All(i => Array.Find(signature.Inputs, s => s.Name == i.Name) is { } spec && Same(spec, i))
        && signature.Outputs.Zip(session.Outputs).All(pair => pair.First.Name == pair.Second.Name && Same(pair.First, pair.Second));

    // Shapes are what the runtime infers, which is more in one graph than in the other.
    private static bool Same(TensorSpec spec, OnnxPort port) => port.Type is OnnxType.Tensor tensor && tensor.Element == spec.Element;
}
