using ModelHub.Domain.Batches;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Tests.Domain;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Batches;
using ModelHub.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Batches;

/// <summary>Nodes that answer as they are told, on real sockets.</summary>
public sealed class AskNodeTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static readonly Signature Signature = new([new TensorSpec("x", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]);
    private static readonly Asked Asked = new("m", 1, BatchColumns.Of(Signature, []).Value);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, """{"model_version":"1","predictions":[{"y":1}]}""", "1")]
    [InlineData(200, """{"model_version":"2","predictions":[{"y":1}]}""", "later: another version answered")]
    [InlineData(200, """{"model_version":"1","predictions":[]}""", "later: 0 predictions for 1 rows")]
    [InlineData(200, """{"model_version":"1","predictions":[{"y":[1,2]}]}""", "later: its answer cannot be read: the output y has 2 values, not 1")]
    [InlineData(200, "<html>", "later: its answer cannot be read")]
    [InlineData(400, """{"error":"x is wrong"}""", "declined: x is wrong")]
    [InlineData(413, """{"error":"too long"}""", "declined: too long")]
    [InlineData(422, """{"error":"cannot"}""", "declined: cannot")]
    [InlineData(429, """{"error":"busy"}""", "later 7: 429: busy")]
    [InlineData(503, "", "later 7: 503: Service Unavailable")]
    [InlineData(504, """{"error":"slow"}""", "later 7: 504: slow")]
    [InlineData(401, """{"error":"unauthorized"}""", "later 7: 401: unauthorized")]
    public async Task What_a_node_says_is_an_answer_a_refusal_or_a_reason_to_wait(int status, string body, string expected)
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            if (status != 200) context.Response.Headers.RetryAfter = "7";
            await context.Response.WriteAsync(body);
        });

        Assert.StartsWith(expected, Told(await (await AskAsync()).RunAsync(node.Address, Asked, ["{}"], Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_node_is_no_end_and_a_row_at_fault_takes_no_other_with_it()
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            var rows = await context.Request.ReadFromJsonAsync<System.Text.Json.JsonElement[]>();
            var values = rows!.Select(r => r.GetProperty("x").GetSingle()).ToArray();
            context.Response.StatusCode = values.Contains(13) ? 422 : 200;
            if (values.Contains(13)) await context.Response.WriteAsJsonAsync(new { error = "13 cannot be" });
            else await context.Response.WriteAsJsonAsync(new { model_version = "1", predictions = values.Select(v => new { y = 2 * v }) });
        });
        var pool = new NodePool(BatchRunId.New(Sample.Now), TimeProvider.System);
        pool.Set([(NodeId.New(Sample.Now), "http://127.0.0.1:9"), (NodeId.New(Sample.Now), node.Address)], null);
        var shard = new ShardInput(0, 100, [.. Enumerable.Range(10, 5).Select(i => new RowInput([], $$"""{"x":{{i}}}""", null)), new RowInput([], null, "x: ? is not FP32")]);

        var output = await new PredictShard(await AskAsync(), pool, Asked).RunAsync(shard, Ct);

        Assert.Equal(
            """
            {"row":101,"y":20,"error":null}
            {"row":102,"y":22,"error":null}
            {"row":103,"y":24,"error":null}
            {"row":104,"y":null,"error":"13 cannot be"}
            {"row":105,"y":28,"error":null}
            {"row":106,"y":null,"error":"x: ? is not FP32"}

            """.ReplaceLineEndings("\n"),
            System.Text.Encoding.UTF8.GetString(ShardText.Read(output.Compressed, output.Digest)));
        Assert.Equal(2, output.Failed);
    }

    [Fact]
    public async Task When_no_node_answers_for_long_the_run_ends_with_what_was_said_last()
    {
        var time = new StandingClock();
        var pool = new NodePool(BatchRunId.New(Sample.Now), time);
        pool.Set([(NodeId.New(Sample.Now), "http://127.0.0.1:9")], null);
        pool.Return(await pool.RentAsync(Ct), new NodeAnswer.Later(null, "503: asleep"));

        time.Now += NodePool.Patience + TimeSpan.FromSeconds(1);

        Assert.Contains("503: asleep", (await Assert.ThrowsAsync<BadInputException>(() => pool.RentAsync(Ct))).Message, StringComparison.Ordinal);
    }

    private async Task<AskNode> AskAsync() => new(new HttpClient(), (await stack.NeedWorkerAsync()).Services.GetRequiredService<WorkerToken>());

    private static string Told(NodeAnswer answer) => answer switch
    {
        NodeAnswer.Predicted predicted => string.Join(' ', predicted.Rows.SelectMany(r => r)),
        NodeAnswer.Declined declined => $"declined: {declined.Message}",
        NodeAnswer.Later { Pause: { } pause } later => $"later {pause.TotalSeconds}: {later.Message}",
        NodeAnswer.Later later => $"later: {later.Message}",
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    private sealed class StandingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Sample.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
