namespace ModelHub.Benchmarks;

/// <summary>The ratios that count, each beside what it shall be.</summary>
internal sealed class Goals(string title)
{
    private readonly Table table = new(title, "ratio", "measured", "target", "met");

    /// <param name="ratio">null: one side could not be measured on this machine</param>
    public void AtLeast(string what, double? ratio, double bound) => Add(what, ratio, $"at least {bound:0.00}", ratio >= bound);

    /// <inheritdoc cref="AtLeast"/>
    public void AtMost(string what, double? ratio, double bound) => Add(what, ratio, $"at most {bound:0.00}", ratio <= bound);

    public void Print() => table.Print();

    private void Add(string what, double? ratio, string target, bool met) =>
        table.Add(what, ratio is { } value ? $"{value:0.00}" : "not measured", target, ratio is null ? "" : met ? "yes" : "NO");
}
