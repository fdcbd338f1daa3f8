namespace ModelHub.Benchmarks.Pages;

/// <summary>A page that is opened again and again.</summary>
/// <param name="Shows">What is there once its content is.</param>
internal sealed record OpenedPage(string Name, string Path, string Shows)
{
    /// <summary>Over the wire until it was whole and live, with nothing cached.</summary>
    public double Bytes { get; set; }

    public List<Opening> Seen { get; } = [];

    public double P50(Func<Opening, double> of) => Load.Percentile([.. Seen.Select(of).Order()], 0.5);
}

/// <summary>One opening, in milliseconds from its first request.</summary>
/// <param name="Painted">The first text or picture.</param>
/// <param name="Content">What the page is opened for can be seen.</param>
/// <param name="Live">The page answers, and moves by itself.</param>
internal sealed record Opening(double Painted, double Content, double Live)
{
    public double Whole => Math.Max(Content, Live);
}
