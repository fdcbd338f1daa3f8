namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>Chance that a seed repeats.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>0 … below.</summary>
    public int Below(int below) => random.Next(below);

    /// <summary>True once in so many.</summary>
    public bool OneIn(int count) => random.Next(count) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public double Fraction() => random.NextDouble();

    public void Fill(byte[] bytes) => random.NextBytes(bytes);

    /// <summary>1 … most, every order of magnitude equally likely: small mostly, large sometimes.</summary>
    public int Size(int most) => (int)Math.Pow(most, random.NextDouble());
}
