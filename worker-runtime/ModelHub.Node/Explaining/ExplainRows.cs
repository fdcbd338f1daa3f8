using ModelHub.Inference;
using ModelHub.Inference.Explaining;
using ModelHub.Inference.Predict;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Explaining;

/// <summary>The rows to be explained, and the rows they are held against.</summary>
/// <param name="Players">the values of a row, in order</param>
internal sealed record ExplainedRows(FieldPlan Plan, Player[] Players, InferRequest Rows, int Count, BackgroundRows Background);

/// <summary>Takes the answers to some rows apart: by the closed form where the model is linear, else by sampling.</summary>
internal sealed class ExplainRows(ExplainedRows rows, AnswerNumbers numbers, AskModel ask)
{
    private static readonly bool[] BothWays = [false, true];
    private readonly MixRows mix = new(rows.Plan, rows.Players, rows.Rows, rows.Background.Rows);
    private readonly int[] inOrder = [.. Enumerable.Range(0, rows.Players.Length)];
    private readonly int width = rows.Players.Length;

    /// <param name="linear">null when the model is not</param>
    public async Task<Explanation> RunAsync(ExplainRequest request, LinearScores? linear)
    {
        var (count, background) = (rows.Count, rows.Background);
        var shape = new ShapleyPlan(width, request.Permutations, background.Count, request.Seed);
        var exact = request.Method == ExplainMethod.Sampling ? null : linear;
        // The closed form is cheap: it takes all rows of the background.
        int[] used = exact is null ? [.. shape.Background] : [.. Enumerable.Range(0, background.Count)];
        var answers = await AnswersAsync(Enumerable.Range(0, count).Select(row => new MixedRow(row, 0, inOrder, width)));
        var usual = await AnswersAsync(used.Select(row => new MixedRow(0, row, inOrder, 0)));
        if (exact?.Of(rows, numbers.Numbers, answers, usual) is { } shares)
            return new("linear", exact.Space, 0, request.Seed, used.Length, background.Kind, shares);
        if (request.Method == ExplainMethod.Linear)
            throw new RunException(RunFault.Failed, "The model is not found to be linear; ask for the method 'sampling'.");
        if (exact is not null)
            // Its graph looks linear and its answers are not: they are what counts.
            usual = await AnswersAsync(shape.Background.Select(row => new MixedRow(0, row, inOrder, 0)));
        var sampled = new ExplainedNumber[count][];
        for (var row = 0; row < count; row++)
            sampled[row] = await SampleAsync(shape, row, answers[row], usual);
        return new("sampling", "output", shape.Permutations, request.Seed, shape.Background.Count, background.Kind, sampled);
    }

    private async Task<List<double[]>> AnswersAsync(IEnumerable<MixedRow> mixed)
    {
        var answers = new List<double[]>();
        await foreach (var answer in ask.RunAsync(mix, mixed))
            answers.Add(answer);
        return answers;
    }

    private async Task<ExplainedNumber[]> SampleAsync(ShapleyPlan shape, int row, double[] answer, List<double[]> usual)
    {
        var each = numbers.Numbers.Length;
        var tally = new ShapleyTally(width, each);
        var walk = new double[(width + 1) * each];
        await using var between = ask.RunAsync(mix, Between(shape, row)).GetAsyncEnumerator();
        for (var pair = 0; pair < shape.Pairs; pair++)
        {
            usual[shape.BackgroundOf(pair)].CopyTo(walk, 0);
            answer.CopyTo(walk, width * each);
            foreach (var backwards in BothWays)
            {
                for (var step = 1; step < width; step++)
                {
                    await between.MoveNextAsync();
                    between.Current.CopyTo(walk, step * each);
                }
                tally.Walk(shape.Order(pair, backwards), walk);
            }
            tally.EndPair();
        }
        return
        [
            .. numbers.Numbers.Select((number, o) => new ExplainedNumber(
                number, answer[o], usual.Average(u => u[o]), [.. inOrder.Select(i => new Share(tally.Phi(i, o), tally.StandardError(i, o)))])),
        ];
    }

    private IEnumerable<MixedRow> Between(ShapleyPlan shape, int row)
    {
        for (var pair = 0; pair < shape.Pairs; pair++)
        {
            var from = shape.Background[shape.BackgroundOf(pair)];
            foreach (var backwards in BothWays)
            {
                var order = shape.Order(pair, backwards);
                for (var step = 1; step < width; step++)
                    yield return new MixedRow(row, from, order, step);
            }
        }
    }
}
