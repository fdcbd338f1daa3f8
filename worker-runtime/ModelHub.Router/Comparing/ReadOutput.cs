namespace ModelHub.Router.Comparing;

/// <summary>One output of an answer, row by row.</summary>
/// <param name="Numbers">rows · width of them; null for texts</param>
/// <param name="Texts">as they were written; null for numbers with a fraction</param>
/// <param name="Labels">names along the width</param>
/// <param name="IsGuessed">whether it is known only from how its values look that they are whole</param>
internal sealed record ReadOutput(string Name, int Rows, int Width, double[]? Numbers, string[]? Texts, string[]? Labels, bool IsGuessed = false)
{
    /// <summary>Whole numbers, truth values and texts are the same or not; a tolerance is for fractions.</summary>
    public bool IsWhole => Texts is not null;

    public bool IsLike(ReadOutput other) => Rows == other.Rows && Width == other.Width && (Numbers is null) == (other.Numbers is null);

    /// <summary>What a row was taken for: its only whole value, or the label of the largest number; null when it tells no class.</summary>
    public string? ClassOf(int row)
    {
        if (Labels is null)
            return IsWhole && Width == 1 ? Texts![row] : null;
        if (Labels.Length != Width || Numbers is null)
            return null;
        var of = Numbers.AsSpan(row * Width, Width);
        var best = 0;
        for (var i = 0; i < of.Length; i++)
        {
            if (double.IsNaN(of[i]))
                return null;
            if (of[i] > of[best])
                best = i;
        }
        return Labels[best];
    }

    /// <summary>The one number by which rows can be put in order: the only one, or the one of the second of two classes. One that only looks whole may be one.</summary>
    public double? ScoreOf(int row) => (Numbers, IsWhole && !IsGuessed, Width, Labels) switch
    {
        ({ } numbers, false, 1, _) => numbers[row],
        ({ } numbers, false, 2, { Length: 2 }) => numbers[row * 2 + 1],
        _ => null,
    };

    public string Text(int value) => Texts?[value] ?? Numbers![value].ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
