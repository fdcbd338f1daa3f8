namespace ModelHub.Onnx.Additive;

/// <summary>
/// Finds out whether an output of a model is additive in the values of a row, as of linear and logistic regressions with scaling, one-hot
/// encoding or filled gaps before them, by following the operators' definitions (ONNX and ai.onnx.ml) from the output back to the inputs. Any other
/// operator on the way ends it. Who relies on it holds what it says against what the model answers.
/// </summary>
public sealed class FindScores
{
    private const int Deepest = 200;
    private const long MostTerms = 2_000_000;
    private readonly SmallGraph graph;
    private readonly Dictionary<string, (int Index, int Width)> inputs;
    private readonly Dictionary<string, Columns?> known = new(StringComparer.Ordinal);
    private long terms;

    private FindScores(SmallGraph graph, IReadOnlyList<(string Name, int Width)> inputs)
    {
        this.graph = graph;
        this.inputs = inputs.Select((input, i) => (input.Name, Value: (i, input.Width))).ToDictionary(i => i.Name, i => i.Value, StringComparer.Ordinal);
    }

    /// <param name="inputs">of the signature, with the values of a row that each takes</param>
    /// <returns>those of the outputs that are; none for a model that is large</returns>
    public static IReadOnlyList<AdditiveOutput> Of(string path, IReadOnlyList<(string Name, int Width)> inputs, IReadOnlyList<string> outputs)
    {
        if (SmallGraph.Read(path) is not { } graph)
            return [];
        var find = new FindScores(graph, inputs);
        return [.. outputs.Select(name => find.Find(name, 0) is { } found ? new AdditiveOutput(name, found.Scores, found.Link) : null).OfType<AdditiveOutput>()];
    }

    /// <summary>The numbers of a row of a tensor.</summary>
    private sealed record Columns(IReadOnlyList<Score> Scores, Link Link = Link.Identity)
    {
        public int Width => Scores.Count;

        public Columns? Each(Func<Score, Score?> next)
        {
            var then = Scores.Select(next).ToList();
            return then.Contains(null) ? null : this with { Scores = then! };
        }
    }

    private Columns? Find(string name, int depth)
    {
        if (known.TryGetValue(name, out var before))
            return before;
        if (depth > Deepest)
            return null;
        var found = Make(name, depth);
        // Weights times columns: what is small in the file may be large here.
        if (found is not null && (terms += found.Scores.Sum(s => (long)s.Terms.Count)) > MostTerms)
            found = null;
        return known[name] = found;
    }

    private Columns? Make(string name, int depth)
    {
        if (inputs.TryGetValue(name, out var input))
            return new([.. Enumerable.Range(0, input.Width).Select(column => Score.Of(new Place(input.Index, column), cell => cell.Number))]);
        if (!graph.Nodes.TryGetValue(name, out var node))
            return null;
        Columns? In(int i) => i < node.Inputs.Count ? Find(node.Inputs[i], depth + 1) : null;
        Constant? Fixed(int i) => i < node.Inputs.Count ? ConstantOf(node.Inputs[i]) : null;
        return node.Operation switch
        {
            "Identity" or "ZipMap" or "Normalizer" => In(0),
            // Whole numbers stay what they are; fractions that are cut show in the answers.
            "Cast" => node.Number("to", 0) is (int)ElementType.Float32 or (int)ElementType.Float64 or (int)ElementType.Int64 ? In(0) : null,
            "Flatten" or "Squeeze" or "Unsqueeze" => In(0),
            "Reshape" => In(0) is { } columns && Fixed(1) is { } shape && KeepsRows(shape.Values, columns.Width) ? columns : null,
            // One-hot columns are [rows, 1, categories] before they are flattened.
            "Concat" => node.Number("axis", 0) is 1 or 2 or -1 ? Concat([.. node.Inputs.Select(i => Find(i, depth + 1))]) : null,
            "Add" or "Sub" or "Mul" or "Div" => Arithmetic(node.Operation, In(0), Fixed(0), In(1), Fixed(1)),
            "MatMul" => Product(In(0), Fixed(1), transposed: false, 1),
            "Gemm" => node.Number("transA", 0) == 0 ? Gemm(node, In(0), Fixed(1), node.Inputs.Count > 2 ? Fixed(2) : new([1], [0])) : null,
            "Scaler" => Scaler(In(0), node.List("offset"), node.List("scale")),
            "Imputer" => Imputer(In(0), node.List("imputed_value_floats"), node.Number("replaced_value_float", double.NaN)),
            "IsNaN" => In(0)?.Each(score => score.Then(value => double.IsNaN(value) ? 1 : 0)),
            "Where" => Where(In(0), In(1) ?? Spread(Fixed(1)), In(2) ?? Spread(Fixed(2))),
            "OneHotEncoder" => OneHot(node, In(0)),
            "Sigmoid" => In(0) is { Link: Link.Identity } scores ? scores with { Link = Link.LogOdds } : null,
            "Softmax" => node.Number("axis", -1) is 1 or -1 && In(0) is { Link: Link.Identity } scores ? Softmax(scores) : null,
            "LinearRegressor" => Post(node) == "NONE" ? Linear(node, In(0)) : null,
            "LinearClassifier" => node.Outputs.IndexOf(name) == 1 ? Classifier(node, In(0)) : null,
            _ => null,
        };
    }

    private Constant? ConstantOf(string name) =>
        graph.Constants.GetValueOrDefault(name)
        ?? (graph.Nodes.TryGetValue(name, out var node) && node.Operation == "Constant" && node.List("value") is { Length: > 0 } values ? new Constant([values.Length], values) : null);

    private static Columns? Spread(Constant? constant) => constant is null ? null : new([.. constant.Values.Select(value => Score.Of(value))]);

    // [-1, width], [0, -1] or, of one column, [-1].
    private static bool KeepsRows(double[] shape, int width) => shape switch
    {
        [-1] or [0] => width == 1,
        [-1 or 0, var to] => to == width || to == -1,
        _ => false,
    };

    private static Columns? Concat(Columns?[] parts) =>
        parts.Any(p => p is null || p.Link != parts[0]!.Link || p.Link == Link.Softmax) ? null : new([.. parts.SelectMany(p => p!.Scores)], parts[0]!.Link);

    private static Columns? Arithmetic(string operation, Columns? left, Constant? leftFixed, Columns? right, Constant? rightFixed)
    {
        // Probabilities over their own sum.
        if (operation == "Div" && left is { Link: Link.LogOdds } && rightFixed is null)
            return left;
        if (left is { } a && rightFixed is { } b)
            return a.Link != Link.Identity ? null : Broadcast(a, b, (score, value) => operation switch
            {
                "Add" => score.Plus(value),
                "Sub" => score.Plus(-value),
                "Mul" => score.Times(value),
                _ => value == 0 ? null : score.Times(1 / value),
            });
        if (leftFixed is { } c && right is { } d)
            return d.Link == Link.LogOdds
                // 1 − 1 / (1 + e^−s) = 1 / (1 + e^s)
                ? operation == "Sub" && c.Values is [1] ? d.Each(score => score.Times(-1)) : null
                : d.Link != Link.Identity ? null : Broadcast(d, c, (score, value) => operation switch
                {
                    "Add" => score.Plus(value),
                    "Sub" => score.Times(-1).Plus(value),
                    "Mul" => score.Times(value),
                    _ => score.Then(below => value / below),
                });
        if (left is not { Link: Link.Identity } || right is not { Link: Link.Identity } || left.Width != right.Width || operation is not ("Add" or "Sub"))
            return null;
        return new([.. left.Scores.Zip(right.Scores, (x, y) => Score.Sum([x, operation == "Add" ? y : y.Times(-1)]))]);
    }

    /// <summary>A constant of one number, of one for each column; or one column for each number.</summary>
    private static Columns? Broadcast(Columns columns, Constant constant, Func<Score, double, Score?> next)
    {
        var values = constant.Values;
        // A constant of several rows would add rows.
        if (constant.Shape.Length > 1 && constant.Shape[..^1].Any(size => size != 1))
            return null;
        if (values.Length != 1 && columns.Width != 1 && values.Length != columns.Width)
            return null;
        var width = Math.Max(values.Length, columns.Width);
        var then = Enumerable.Range(0, width).Select(i => next(columns.Scores[columns.Width == 1 ? 0 : i], values[values.Length == 1 ? 0 : i])).ToList();
        return then.Contains(null) ? null : new(then!, columns.Link);
    }

    private static Columns? Product(Columns? left, Constant? weights, bool transposed, double factor)
    {
        if (left is not { Link: Link.Identity } || weights is not { Shape: [var first, var second] } || (transposed ? second : first) != left.Width)
            return null;
        var width = (int)(transposed ? first : second);
        return new([.. Enumerable.Range(0, width).Select(o => Score.Sum(left.Scores.Select((score, i) =>
            score.Times(factor * weights.Values[transposed ? o * left.Width + i : i * width + o]))))]);
    }

    private static Columns? Gemm(GraphNode node, Columns? left, Constant? weights, Constant? bias) =>
        bias is not null && Product(left, weights, node.Number("transB", 0) != 0, node.Number("alpha", 1)) is { } product
            ? Broadcast(product, bias, (score, value) => score.Plus(value * node.Number("beta", 1)))
            : null;

    private static Columns? Scaler(Columns? columns, double[] offset, double[] scale) =>
        columns is not { Link: Link.Identity } || !Fits(offset, columns.Width) || !Fits(scale, columns.Width)
            ? null
            : new([.. columns.Scores.Select((score, i) => score.Plus(-offset[offset.Length == 1 ? 0 : i]).Times(scale[scale.Length == 1 ? 0 : i]))]);

    private static bool Fits(double[] values, int width) => values.Length == 1 || values.Length == width;

    private static Columns? Imputer(Columns? columns, double[] fills, double replaced)
    {
        if (columns is not { Link: Link.Identity } || !Fits(fills, columns.Width))
            return null;
        var then = columns.Scores.Select((score, i) => score.Then(value => value.Equals(replaced) ? fills[fills.Length == 1 ? 0 : i] : value)).ToList();
        return then.Contains(null) ? null : new(then!);
    }

    /// <summary>Of values that follow from the same value of the row: x where it is there, else what stands for it.</summary>
    private static Columns? Where(Columns? condition, Columns? then, Columns? otherwise)
    {
        if (condition is not { Link: Link.Identity } || then is not { Link: Link.Identity } || otherwise is not { Link: Link.Identity })
            return null;
        var width = Math.Max(condition.Width, Math.Max(then.Width, otherwise.Width));
        if (new[] { condition, then, otherwise }.Any(c => c.Width != 1 && c.Width != width))
            return null;
        var all = new List<Score>();
        for (var i = 0; i < width; i++)
        {
            Score Of(Columns of) => of.Scores[of.Width == 1 ? 0 : i];
            var (test, yes, no) = (Of(condition), Of(then), Of(otherwise));
            if (new[] { test, yes, no }.SelectMany(s => s.Terms.Keys).Distinct().ToList() is not { Count: <= 1 } places)
                return null;
            double Value(Score score, Cell cell) => score.Constant + score.Terms.Values.Sum(term => term(cell));
            all.Add(places is [var place] ? Score.Of(place, cell => Value(test, cell) != 0 ? Value(yes, cell) : Value(no, cell)) : Score.Of(Value(test, default) != 0 ? Value(yes, default) : Value(no, default)));
        }
        return new(all);
    }

    /// <summary>Texts only of an input of the model itself: what was made of a text is not followed.</summary>
    private Columns? OneHot(GraphNode node, Columns? columns)
    {
        if (node.Texts.GetValueOrDefault("cats_strings") is { Length: > 0 } texts)
            return node.Inputs is [var name] && inputs.TryGetValue(name, out var input)
                ? new([.. Enumerable.Range(0, input.Width).SelectMany(column => texts.Select(text => Score.Of(new Place(input.Index, column), cell => cell.Text == text ? 1 : 0)))])
                : null;
        var whole = node.List("cats_int64s");
        if (columns is not { Link: Link.Identity } || whole.Length == 0)
            return null;
        var then = columns.Scores.SelectMany(score => whole.Select(category => score.Then(value => value == category ? 1 : 0))).ToList();
        return then.Contains(null) ? null : new(then!);
    }

    private static string Post(GraphNode node) => node.Texts.GetValueOrDefault("post_transform") is [var one, ..] ? one : "NONE";

    private static Columns? Linear(GraphNode node, Columns? columns)
    {
        var (weights, intercepts) = (node.List("coefficients"), node.List("intercepts"));
        if (columns is not { Link: Link.Identity } || weights.Length == 0 || weights.Length % columns.Width != 0)
            return null;
        var rows = weights.Length / columns.Width;
        if (intercepts.Length != 0 && intercepts.Length != rows)
            return null;
        return new([.. Enumerable.Range(0, rows).Select(r =>
            Score.Sum(columns.Scores.Select((score, i) => score.Times(weights[r * columns.Width + i]))).Plus(intercepts.Length == 0 ? 0 : intercepts[r]))]);
    }

    private static Columns? Classifier(GraphNode node, Columns? columns)
    {
        if (Linear(node, columns) is not { } scores)
            return null;
        // Of one score the runtime makes two: that of the second class, and what is left.
        return (Post(node), scores.Width) switch
        {
            ("LOGISTIC", 1) => new([scores.Scores[0].Times(-1), scores.Scores[0]], Link.LogOdds),
            ("LOGISTIC", 2) => scores with { Link = Link.LogOdds },
            ("SOFTMAX", >= 2) => Softmax(scores),
            ("NONE", >= 2) => scores,
            _ => null,
        };
    }

    // Of two classes the difference of the scores is the logarithm of the odds.
    private static Columns Softmax(Columns scores) => scores.Scores is [var first, var second]
        ? new([Score.Sum([first, second.Times(-1)]), Score.Sum([second, first.Times(-1)])], Link.LogOdds)
        : scores with { Link = Link.Softmax };
}
