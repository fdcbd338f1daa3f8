using ModelHub.Inference.Predict;

namespace ModelHub.Inference.Explaining;

/// <summary>A row put together of two: columns of the first where it is said, else of the second.</summary>
/// <param name="Row">of the explained rows</param>
/// <param name="Background">of the background rows</param>
/// <param name="Order">of the columns</param>
/// <param name="Taken">so many of the first in the order come from the explained row</param>
public readonly record struct MixedRow(int Row, int Background, int[] Order, int Taken);

/// <summary>Fills a request with mixed rows.</summary>
public sealed class MixRows(FieldPlan plan, Player[] players, InferRequest explained, InferRequest background)
{
    private readonly bool[] taken = new bool[players.Length];
    private readonly int[][] places = Places(plan, players);

    public void Fill(ReadOnlySpan<MixedRow> rows, InferRequest into)
    {
        into.Prepare(plan.Model);
        for (var i = 0; i < plan.Widths.Length; i++)
        {
            into.Input(i).Extend(plan.Model.Inputs[i].Datatype, rows.Length * plan.Widths[i]);
            into.Input(i).Reshape(rows.Length, plan.Model.Inputs[i].Shape.AsSpan(1));
        }
        for (var row = 0; row < rows.Length; row++)
            Fill(rows[row], row, into);
        for (var i = 0; i < plan.Model.Outputs.Length; i++)
            into.Want(i, asBinary: true);
    }

    private void Fill(in MixedRow mixed, int row, InferRequest into)
    {
        Array.Clear(taken);
        foreach (var player in mixed.Order.AsSpan(0, mixed.Taken))
            taken[player] = true;
        // Input by input and column by column: texts are written one behind the other.
        for (var input = 0; input < places.Length; input++)
            for (var column = 0; column < places[input].Length; column++)
            {
                var fromExplained = taken[places[input][column]];
                var from = (fromExplained ? explained : background).Input(input);
                Copy(from, (fromExplained ? mixed.Row : mixed.Background) * plan.Widths[input] + column, into.Input(input), row * plan.Widths[input] + column);
            }
    }

    private static void Copy(Tensor from, int element, Tensor to, int at)
    {
        if (from.Datatype != Datatype.Bytes)
        {
            var size = from.Datatype.Size();
            from.Data.Slice(element * size, size).CopyTo(to.Data[(at * size)..]);
            return;
        }
        var (start, length) = from.Pieces[element];
        from.Memory.AsSpan(start, length).CopyTo(to.Room(length));
        to.Piece(at, length);
    }

    private static int[][] Places(FieldPlan plan, Player[] players)
    {
        int[][] places = [.. plan.Widths.Select(width => new int[width])];
        for (var i = 0; i < players.Length; i++)
            places[players[i].Input][players[i].Column] = i;
        return places;
    }
}
