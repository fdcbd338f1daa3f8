using ModelHub.Inference;
using ModelHub.Inference.Explaining;
using ModelHub.Inference.Predict;
using ModelHub.Onnx.Additive;

namespace ModelHub.Node.Explaining;

/// <summary>
/// The closed form for models whose score is a sum over the values of a row: φ of a value is its term less the term's mean over the background,
/// w·(x − E[x]) for a weight (Lundberg and Lee, NeurIPS 2017, corollary 1). Exact for the score; nothing is sampled.
/// </summary>
internal sealed class LinearScores
{
    // Ends of 32 bits, and exponentials between.
    private const double Absolute = 1e-4;
    private const double Relative = 1e-4;
    private readonly (string Output, Score Score)[] scores;
    private readonly Link link;

    private LinearScores((string, Score)[] scores, Link link) => (this.scores, this.link) = (scores, link);

    public string Space => link switch { Link.Identity => "output", Link.LogOdds => "log-odds", _ => "score" };

    /// <returns>null unless all outputs that are explained are additive, in the same way</returns>
    public static LinearScores? Of(IReadOnlyList<AdditiveOutput> outputs, ModelSpec model, AnswerNumbers numbers)
    {
        var wanted = numbers.Outputs.Select(i => outputs.FirstOrDefault(o => o.Name == model.Outputs[i].Name)).ToList();
        if (wanted.Any(o => o is null || o.Link != wanted[0]!.Link) || (wanted[0]!.Link == Link.Softmax && wanted.Count > 1))
            return null;
        return new([.. wanted.SelectMany(o => o!.Scores.Select(score => (o.Name, score)))], wanted[0]!.Link);
    }

    /// <returns>null when the scores are not those of the model's answers</returns>
    public ExplainedNumber[][]? Of(ExplainedRows rows, AnsweredNumber[] numbers, List<double[]> answers, List<double[]> usual)
    {
        if (numbers.Length != scores.Length || !numbers.Select(n => n.Output).SequenceEqual(scores.Select(s => s.Output)))
            return null;
        var (plan, players, background) = (rows.Plan, rows.Players, rows.Background);
        double[] Terms(Score score, InferRequest of, int row) => [.. players.Select(p => score.Terms.TryGetValue(new Place(p.Input, p.Column), out var term) ? term(CellOf(plan, p, of, row)) : 0)];
        double[][][] Tables(InferRequest of, int n) => [.. Enumerable.Range(0, n).Select(row => (double[][])[.. scores.Select(s => Terms(s.Score, of, row))])];
        var (given, known) = (Tables(rows.Rows, rows.Count), Tables(background.Rows, background.Count));
        if (!AreAnswers(given, answers) || !AreAnswers(known, usual))
            return null;
        double[][] means = [.. scores.Select((_, o) => (double[])[.. players.Select((_, p) => known.Average(row => row[o][p]))])];
        return
        [
            .. given.Select(row => (ExplainedNumber[])[.. row.Select((terms, o) => new ExplainedNumber(
                numbers[o], scores[o].Score.Constant + terms.Sum(), scores[o].Score.Constant + means[o].Sum(), [.. terms.Select((term, p) => new Share(term - means[o][p], 0))]))]),
        ];
    }

    private static Cell CellOf(FieldPlan plan, Player player, InferRequest rows, int row) => new(player.Number(plan, rows, row), player.Text(plan, rows, row));

    private bool AreAnswers(double[][][] terms, List<double[]> answers)
    {
        for (var row = 0; row < terms.Length; row++)
        {
            double[] said = [.. terms[row].Select((t, o) => scores[o].Score.Constant + t.Sum())];
            var sum = link == Link.Softmax ? said.Sum(s => Math.Exp(s - said.Max())) : 0;
            for (var o = 0; o < said.Length; o++)
            {
                var answer = link switch { Link.Identity => said[o], Link.LogOdds => 1 / (1 + Math.Exp(-said[o])), _ => Math.Exp(said[o] - said.Max()) / sum };
                // Not greater: what is no number is not near.
                if (!(Math.Abs(answer - answers[row][o]) <= Absolute + Relative * Math.Abs(answers[row][o])))
                    return false;
            }
        }
        return true;
    }
}
