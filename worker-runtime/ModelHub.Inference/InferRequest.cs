namespace ModelHub.Inference;

/// <summary>A request once read and checked against the model. Reused: <see cref="Prepare"/> empties it.</summary>
public sealed class InferRequest
{
    private readonly List<int> outputs = [];
    private readonly List<bool> binary = [];
    private Tensor[] inputs = [];

    public string? Id { get; internal set; }

    /// <summary>One per input of the model, in its order.</summary>
    public ReadOnlySpan<Tensor> Inputs => inputs;

    /// <summary>Indexes of the wanted outputs, in the order they were asked for.</summary>
    public IReadOnlyList<int> Outputs => outputs;

    /// <summary>For each of <see cref="Outputs"/>, whether it is wanted in binary form.</summary>
    public IReadOnlyList<bool> Binary => binary;

    /// <summary>How long the caller waits, from the parameter <c>timeout</c> in microseconds.</summary>
    public TimeSpan? Timeout { get; internal set; }

    internal bool BinaryByDefault { get; set; }

    /// <summary>Where the next binary input starts in the bytes behind the JSON.</summary>
    internal int BinaryTaken { get; set; }

    internal Tensor Input(int index) => inputs[index];

    internal void Prepare(ModelSpec model)
    {
        (Id, Timeout, BinaryByDefault, BinaryTaken) = (null, null, false, 0);
        outputs.Clear();
        binary.Clear();
        if (inputs.Length != model.Inputs.Length)
            inputs = [.. model.Inputs.Select(_ => new Tensor())];
        foreach (var input in inputs)
            input.Clear();
    }

    internal bool Want(int output, bool asBinary)
    {
        if (outputs.Contains(output))
            return false;
        outputs.Add(output);
        binary.Add(asBinary);
        return true;
    }
}
