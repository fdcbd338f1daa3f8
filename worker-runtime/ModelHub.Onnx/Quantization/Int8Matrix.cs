namespace ModelHub.Onnx.Quantization;

/// <summary>
/// Weights [rows, columns] as whole numbers with one scale per column: w ≈ scale[column] · value, zero at zero.
/// The values stay within ±63, seven bits: an activation of 8 bits times two neighbours of them stays below
/// 2 · 255 · 63 = 32,130, and so within the 16 bits in which processors without VNNI add such pairs. With ±127 they
/// would saturate there, and the same version would answer otherwise on another processor.
/// </summary>
internal sealed record Int8Matrix(sbyte[] Values, float[] Scales, int Rows, int Columns)
{
    public const int Largest = 63;

    /// <param name="weights">row by row</param>
    /// <param name="factor">the product is multiplied by it anyway, so it goes into the scales</param>
    /// <returns>null when a weight is no finite number</returns>
    public static Int8Matrix? Of(ReadOnlySpan<float> weights, int rows, int columns, float factor = 1)
    {
        var scales = new float[columns];
        for (var i = 0; i < weights.Length; i++)
        {
            if (!float.IsFinite(weights[i]))
                return null;
            scales[i % columns] = Math.Max(scales[i % columns], Math.Abs(weights[i]));
        }
        // A column of zeros: any scale is right but zero. −1.26 … 0.63 → scale 0.02 → −63 … 31.5, rounded to even: 32.
        for (var column = 0; column < columns; column++)
            scales[column] = scales[column] == 0 ? 1 : scales[column] / Largest;
        var values = new sbyte[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            values[i] = (sbyte)Math.Clamp(MathF.Round(weights[i] / scales[i % columns]), -Largest, Largest);
        for (var column = 0; column < columns; column++)
            scales[column] *= factor;
        return new Int8Matrix(values, scales, rows, columns);
    }

    /// <summary>Columns become rows.</summary>
    public static float[] Transposed(ReadOnlySpan<float> weights, int rows, int columns)
    {
        var turned = new float[weights.Length];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                turned[column * rows + row] = weights[row * columns + column];
        return turned;
    }
}
