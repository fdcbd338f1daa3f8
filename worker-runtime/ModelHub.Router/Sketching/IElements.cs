namespace ModelHub.Router.Sketching;

/// <summary>Takes the elements of tensors as they are read, without keeping any: those of a request, or those of an answer.</summary>
internal interface IElements
{
    /// <param name="width">elements of a row</param>
    /// <returns>false: nobody wants this tensor</returns>
    bool Begin(ReadOnlySpan<byte> name, int rows, int width);

    /// <param name="index">row · width + column</param>
    void Number(int index, double value);

    /// <summary>Several numbers that follow each other.</summary>
    /// <param name="index">of the first</param>
    void Numbers(int index, ReadOnlySpan<double> values);

    void Text(int index, ReadOnlySpan<byte> utf8);
}
