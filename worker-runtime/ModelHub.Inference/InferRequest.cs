using System.Runtime.InteropServices;

namespace ModelHub.Inference;

/// <summary>A request once read and checked against the model. Reused: <see cref="Prepare"/> empties it.</summary>
public sealed class InferRequest
{
    private const int LongestId = 1024;
    private const long LongestWait = 3_600_000_000;
    private readonly List<int> outputs = [];
    private readonly List<bool> binary = [];
    private Tensor[] inputs = [];

    public string? Id { get; internal set; }

    /// <summary>One per input of the model, in its order.</summary>
    public ReadOnlySpan<Tensor> Inputs => inputs;

    /// <summary>Indexes of the wanted outputs, in the order they were asked for.</summary>
    public IReadOnlyList<int> Outputs => outputs;

    /// <inheritdoc cref="Outputs"/>
    public ReadOnlySpan<int> Wanted => CollectionsMarshal.AsSpan(outputs);

    /// <summary>Bytes of all inputs: the measure of how long a run takes.</summary>
    public long InputBytes
    {
        get
        {
            long bytes = 0;
            foreach (var input in inputs)
                bytes += input.Length;
            return bytes;
        }
    }

    /// <summary>For each of <see cref="Outputs"/>, whether it is wanted in binary form.</summary>
    public IReadOnlyList<bool> Binary => binary;

    /// <summary>How long the caller waits, from the parameter <c>timeout</c> in microseconds.</summary>
    public TimeSpan? Timeout { get; internal set; }

    /// <summary>Whether outputs are wanted in binary form where the request does not say it of one.</summary>
    public bool BinaryByDefault { get; internal set; }

    /// <summary>Where the next binary input starts in the bytes behind the JSON.</summary>
    internal int BinaryTaken { get; set; }

    /// <summary>
    /// Writes what is asked of the model, the same however it was asked: shapes and elements of the inputs in the model's order,
    /// then the outputs wanted. Neither the id nor the form of the answer is part of it.
    /// </summary>
    public void WriteCanonical(PooledBuffer to)
    {
        foreach (var input in inputs)
            input.WriteCanonical(to);
        foreach (var output in Wanted)
            to.Write(output);
    }

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

    /// <returns>what is wrong with the id, or null</returns>
    internal RequestFault? Identify(string id)
    {
        Id = id;
        return id.Length <= LongestId ? null : new RequestFault($"'id' is longer than {LongestId} characters.");
    }

    /// <returns>what is wrong with the time, or null</returns>
    internal RequestFault? WaitFor(long microseconds)
    {
        if (microseconds is <= 0 or > LongestWait)
            return new RequestFault($"The parameter 'timeout' must be a whole number of microseconds between 1 and {LongestWait}.");
        Timeout = TimeSpan.FromMicroseconds(microseconds);
        return null;
    }

    /// <summary>The caller's deadline over a protocol that has one besides the parameter: the earlier counts.</summary>
    public void WaitAtMost(TimeSpan deadline) => Timeout = Timeout < deadline ? Timeout : deadline;

    /// <summary>Checks that every input was given, and wants all outputs when none was asked for.</summary>
    internal RequestFault? Complete(ModelSpec model)
    {
        for (var i = 0; i < model.Inputs.Length; i++)
            if (!inputs[i].Given)
                return new RequestFault($"The input '{model.Inputs[i].Name}' is missing; expected {model.Inputs[i].Datatype.Name()} {model.Inputs[i].ShapeText}.");
        if (outputs.Count == 0)
            for (var i = 0; i < model.Outputs.Length; i++)
                Want(i, BinaryByDefault);
        return null;
    }

    internal RequestFault? Want(ModelSpec model, ReadOnlySpan<byte> name, bool asBinary)
    {
        for (var i = 0; i < model.Outputs.Length; i++)
            if (name.SequenceEqual(model.Outputs[i].NameUtf8))
                return Want(i, asBinary) ? null : new RequestFault($"The output '{model.Outputs[i].Name}' is asked for twice.");
        return name.IsEmpty
            ? new RequestFault("An output has no 'name'.")
            : new RequestFault($"The model has no output {RequestFault.Quote(System.Text.Encoding.UTF8.GetString(name))}; it gives {string.Join(", ", model.Outputs.Take(50).Select(o => o.Name))}.");
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
