namespace ModelHub.Inference;

/// <summary>Joins requests of one model row by row into one, which costs a runtime hardly more than one of them.</summary>
public static class Batching
{
    /// <returns>whether every input and output of the model has rows, any number of them</returns>
    public static bool Fits(ModelSpec model) =>
        model.Inputs.Length > 0 && Array.TrueForAll(model.Inputs, HasRows) && Array.TrueForAll(model.Outputs, HasRows);

    /// <returns>the rows of a request, the same in all its inputs; null when they differ</returns>
    public static int? Rows(InferRequest request)
    {
        var rows = request.Inputs[0].Shape[0];
        foreach (var input in request.Inputs)
            if (input.Shape[0] != rows)
                return null;
        return (int)rows;
    }

    /// <returns>whether both want the same outputs and have rows of the same shape</returns>
    public static bool Match(InferRequest one, InferRequest other)
    {
        if (!one.Wanted.SequenceEqual(other.Wanted))
            return false;
        for (var i = 0; i < one.Inputs.Length; i++)
            if (!one.Inputs[i].Shape.AsSpan(1).SequenceEqual(other.Inputs[i].Shape.AsSpan(1)))
                return false;
        return true;
    }

    /// <summary>Makes <paramref name="into"/> the request that all the others are together, in their order.</summary>
    /// <param name="requests">at least one; each pair matches and each has its rows</param>
    public static void Join(ModelSpec model, ReadOnlySpan<InferRequest> requests, InferRequest into)
    {
        into.Prepare(model);
        var rows = 0;
        foreach (var request in requests)
            rows += (int)request.Inputs[0].Shape[0];
        for (var i = 0; i < model.Inputs.Length; i++)
        {
            var tensor = into.Input(i);
            tensor.Reshape(rows, requests[0].Inputs[i].Shape.AsSpan(1));
            foreach (var request in requests)
                tensor.Append(request.Inputs[i]);
        }
        foreach (var output in requests[0].Wanted)
            into.Want(output, asBinary: true);
    }

    private static bool HasRows(TensorSpec spec) => spec.Shape is [< 0, ..];
}
