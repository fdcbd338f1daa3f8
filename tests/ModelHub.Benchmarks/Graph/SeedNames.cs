namespace ModelHub.Benchmarks.Graph;

/// <summary>How <c>seed.sql</c> names what it makes.</summary>
internal sealed class SeedNames(int models)
{
    private static readonly string[] Spaces = ["risk", "fraud", "churn", "pricing", "claims", "search", "ads", "support", "logistics", "energy"];
    private static readonly string[] Kinds = ["scoring", "forecast", "ranking", "detection", "segmentation", "uplift", "matching"];

    /// <summary>The one that is trained all day.</summary>
    public string Largest => Name(1);

    /// <summary>Some model, spread over all.</summary>
    public string Model(int n) => Name(2 + (n * 7919 % (models - 2)));

    /// <summary>Some model with endpoints.</summary>
    public string Served(int n) => Name(1 + (n % 50 * Math.Max(models / 2000, 2)));

    /// <summary>A tag's value that twenty models share.</summary>
    public string Project(int n) => $"project-{n * 31 % (models / 20)}";

    private static string Name(int n) => $"{Spaces[n % 10]}-{n / 10 % 5}.{Kinds[n % 7]}-{n:000000}";
}
