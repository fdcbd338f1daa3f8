using ModelHub.Domain.Batches;
using ModelHub.Domain.Nodes;

namespace ModelHub.Worker.Batches;

/// <summary>
/// All rows of a shard, each with a prediction or an error. Requests are cut the same way on every attempt: rows that a node
/// declines together are halved until the one at fault stands alone.
/// </summary>
internal sealed class PredictShard(AskNode ask, NodePool pool, Asked asked)
{
    public async Task<ShardOutput> RunAsync(ShardInput shard, CancellationToken ct)
    {
        var outputs = shard.Rows.Select(row => new RowOutput(null, row.Error)).ToArray();
        var work = new Work(shard, outputs);
        await SolveAsync(work, [.. Enumerable.Range(0, shard.Rows.Count).Where(i => shard.Rows[i].Json is not null)], ct);
        return ShardText.Write(shard, asked.Columns, outputs, work.Requests, work.Node);
    }

    private async Task SolveAsync(Work work, int[] rows, CancellationToken ct)
    {
        if (rows.Length == 0) return;
        switch (await DispatchAsync(work, rows, ct))
        {
            case NodeAnswer.Predicted predicted:
                for (var i = 0; i < rows.Length; i++) work.Outputs[rows[i]] = new(predicted.Rows[i], null);
                break;
            case NodeAnswer.Declined declined when rows.Length == 1:
                work.Outputs[rows[0]] = new(null, declined.Message);
                break;
            default:
                await SolveAsync(work, rows[..(rows.Length / 2)], ct);
                await SolveAsync(work, rows[(rows.Length / 2)..], ct);
                break;
        }
    }

    /// <summary>Asks one node after the other until one has answered.</summary>
    private async Task<NodeAnswer> DispatchAsync(Work work, int[] rows, CancellationToken ct)
    {
        string[] bodies = [.. rows.Select(i => work.Shard.Rows[i].Json!)];
        while (true)
        {
            var node = await pool.RentAsync(ct);
            NodeAnswer? answer = null;
            try
            {
                answer = await ask.RunAsync(node.Address, asked, bodies, ct);
            }
            finally
            {
                pool.Return(node, answer);
            }
            work.Requests++;
            if (answer is NodeAnswer.Later) continue;
            work.Node = node.Id;
            return answer;
        }
    }

    private sealed class Work(ShardInput shard, RowOutput[] outputs)
    {
        public ShardInput Shard => shard;

        public RowOutput[] Outputs => outputs;

        public int Requests { get; set; }

        public NodeId? Node { get; set; }
    }
}
