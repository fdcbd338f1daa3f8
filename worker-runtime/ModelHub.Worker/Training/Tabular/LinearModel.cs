namespace ModelHub.Worker.Training.Tabular;

/// <summary>The trained model: the encoding, the coefficients (intercept last) and the two classes.</summary>
/// <param name="Classes">Negative and positive class; null for a regression.</param>
internal sealed record LinearModel(string Target, FeatureSpace Space, double[] Coefficients, IReadOnlyList<string>? Classes)
{
    /// <summary>
    /// Coefficients on the scale of the raw columns, by input name, with the intercept that belongs to them: they mean
    /// the same under any other standardisation, so a later model can start from them.
    /// </summary>
    public RawCoefficients Raw()
    {
        var byName = new Dictionary<string, double>();
        var intercept = Coefficients[^1];
        for (var i = 0; i < Space.Width; i++)
        {
            var (scale, mean) = i < Space.Numeric.Count ? (Space.Numeric[i].Scale, Space.Numeric[i].Mean) : (1, 0);
            byName[Space.Names[i]] = Coefficients[i] / scale;
            // w (x - mean) / scale = (w / scale) x - (w / scale) mean
            intercept -= Coefficients[i] / scale * mean;
        }
        return new(intercept, byName, Classes?[1]);
    }
}

/// <param name="PositiveClass">Null for a regression.</param>
internal sealed record RawCoefficients(double Intercept, IReadOnlyDictionary<string, double> Inputs, string? PositiveClass)
{
    /// <summary>The same function under another encoding; inputs the parent did not have start at 0.</summary>
    public double[] In(FeatureSpace space)
    {
        var start = new double[space.Width + 1];
        start[^1] = Intercept;
        for (var i = 0; i < space.Width; i++)
        {
            var (scale, mean) = i < space.Numeric.Count ? (space.Numeric[i].Scale, space.Numeric[i].Mean) : (1, 0);
            var raw = Inputs.GetValueOrDefault(space.Names[i]);
            start[i] = raw * scale;
            start[^1] += raw * mean;
        }
        return start;
    }

    /// <summary>How many inputs of the encoding the parent knew.</summary>
    public int Matched(FeatureSpace space) => space.Names.Count(Inputs.ContainsKey);
}
