namespace ModelHub.Onnx.Additive;

/// <summary>One value of a row as a model takes it.</summary>
/// <param name="Text">null for numbers</param>
public readonly record struct Cell(double Number, string? Text);

/// <summary>Where a value of a row goes: an input of the model in the order of its signature, and a column of it.</summary>
public readonly record struct Place(int Input, int Column);

/// <summary>A number that is a constant and, for each value of the row, something that follows from that value alone.</summary>
public sealed class Score
{
    private Score(double constant, IReadOnlyDictionary<Place, Func<Cell, double>> terms) => (Constant, Terms) = (constant, terms);

    public double Constant { get; }

    public IReadOnlyDictionary<Place, Func<Cell, double>> Terms { get; }

    internal static Score Of(double constant) => new(constant, new Dictionary<Place, Func<Cell, double>>());

    internal static Score Of(Place place, Func<Cell, double> term) => new(0, new Dictionary<Place, Func<Cell, double>> { [place] = term });

    internal Score Times(double factor) => new(Constant * factor, Terms.ToDictionary(t => t.Key, t => factor == 0 ? static _ => 0 : Scaled(t.Value, factor)));

    internal Score Plus(double constant) => new(Constant + constant, Terms);

    internal static Score Sum(IEnumerable<Score> parts)
    {
        var terms = new Dictionary<Place, List<Func<Cell, double>>>();
        var constant = 0.0;
        foreach (var part in parts)
        {
            constant += part.Constant;
            foreach (var (place, term) in part.Terms)
                (terms.TryGetValue(place, out var known) ? known : terms[place] = []).Add(term);
        }
        return new(constant, terms.ToDictionary(t => t.Key, t => t.Value is [var one] ? one : Together([.. t.Value])));
    }

    /// <summary>What follows from the number; only of one that follows from one value of the row at most.</summary>
    internal Score? Then(Func<double, double> next) => Terms.Count switch
    {
        0 => Of(next(Constant)),
        1 => Terms.First() is var (place, term) && Constant is var constant ? Of(place, cell => next(constant + term(cell))) : null,
        _ => null,
    };

    private static Func<Cell, double> Scaled(Func<Cell, double> term, double factor) => cell => term(cell) * factor;

    private static Func<Cell, double> Together(Func<Cell, double>[] terms) => cell => terms.Sum(term => term(cell));
}

/// <summary>How a score becomes what the model answers.</summary>
public enum Link
{
    /// <summary>It is the answer.</summary>
    Identity,

    /// <summary>The answer is 1 / (1 + e^−score): the score is the logarithm of the odds.</summary>
    LogOdds,

    /// <summary>The answers are e^score over the sum of all e^score.</summary>
    Softmax,
}

/// <summary>An output of a model whose numbers are additive in the values of a row.</summary>
/// <param name="Scores">one for each number of a row's answer</param>
public sealed record AdditiveOutput(string Name, IReadOnlyList<Score> Scores, Link Link);
