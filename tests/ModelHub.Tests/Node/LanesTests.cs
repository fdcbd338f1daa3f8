using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;
using ModelHub.Protocol;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>Runs that take long: their line, what is joined, what a fault touches, what becomes of a run that hangs.</summary>
public sealed class LanesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly int LaneCount = Math.Max(2, Environment.ProcessorCount);

    [Fact]
    public async Task What_waits_in_line_is_run_together_and_each_gets_its_rows()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => First(rows) < 0 ? Blocked(gate, rows) : Doubled(rows));
        await using var version = Version(instance);
        var blocking = await BlockedLanesAsync(version, instance);

        var waiting = new[] { Run(version, 1), Run(version, 2, 3), Run(version, 4) };
        gate.Set();

        Assert.Equal(new float[][] { [2], [4, 6], [8] }, await Task.WhenAll(waiting));
        await Task.WhenAll(blocking);
        Assert.Contains(instance.Runs, rows => rows.Length > 1);
        Assert.True(instance.Runs.Count < LaneCount + waiting.Length, $"{instance.Runs.Count} runs");
    }

    [Fact]
    public async Task A_bad_row_fails_only_its_own_request()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => First(rows) < 0 ? Blocked(gate, rows)
            : rows.Contains(13) ? throw new RunException(RunFault.Failed, "13") : Doubled(rows));
        await using var version = Version(instance);
        var blocking = await BlockedLanesAsync(version, instance);

        var (before, bad, after) = (Run(version, 1), Run(version, 13), Run(version, 4));
        gate.Set();

        Assert.Equal(RunFault.Failed, (await Assert.ThrowsAsync<RunException>(() => bad)).Fault);
        Assert.Equal(new float[] { 2 }, await before);
        Assert.Equal(new float[] { 8 }, await after);
        await Task.WhenAll(blocking);
    }

    [Fact]
    public async Task A_model_that_gives_another_number_of_rows_is_run_one_by_one_from_then_on()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => First(rows) < 0 ? Blocked(gate, rows) : [rows.Sum()]);
        await using var version = Version(instance);
        var blocking = await BlockedLanesAsync(version, instance);

        var waiting = new[] { Run(version, 1), Run(version, 2), Run(version, 4) };
        gate.Set();

        Assert.Equal(new float[][] { [1], [2], [4] }, await Task.WhenAll(waiting));
        await Task.WhenAll(blocking);
    }

    [Fact]
    public async Task Who_gets_no_turn_in_time_or_went_away_is_not_run()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => First(rows) < 0 ? Blocked(gate, rows) : Doubled(rows));
        await using var version = Version(instance);
        var blocking = await BlockedLanesAsync(version, instance);

        using var caller = new CancellationTokenSource();
        var late = RunAsync(version, [7], TimeSpan.FromMilliseconds(50), CancellationToken.None);
        var gone = RunAsync(version, [8], Minute, caller.Token);
        await caller.CancelAsync();

        Assert.Equal(RunFault.TimedOut, (await Assert.ThrowsAsync<RunException>(() => late)).Fault);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        gate.Set();
        await Task.WhenAll(blocking);
        Assert.DoesNotContain(instance.Runs, rows => rows.Contains(7) || rows.Contains(8));
    }

    [Fact]
    public async Task A_slot_whose_caller_went_away_in_line_serves_the_next_request_once()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => First(rows) < 0 ? Blocked(gate, rows) : Doubled(rows));
        await using var version = Version(instance);
        var blocking = await BlockedLanesAsync(version, instance);
        for (var i = 0; i < 5; i++)
        {
            using var caller = new CancellationTokenSource();
            var gone = RunAsync(version, [8], Minute, caller.Token);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        }

        var next = Run(version, 9);
        gate.Set();

        Assert.Equal(new float[] { 18 }, await next);
        await Task.WhenAll(blocking);
        Assert.Single(instance.Runs, rows => rows.Contains(9));
        Assert.DoesNotContain(instance.Runs, rows => rows.Contains(8));
    }

    [Fact]
    public async Task Runs_that_hang_are_answered_and_given_up_and_the_version_with_them()
    {
        using var gate = new ManualResetEventSlim();
        var instance = new ScriptedInstance(rows => Blocked(gate, rows));
        await using var version = Version(instance);
        var hung = new TaskCompletionSource();
        version.Lanes.Hung += () => hung.TrySetResult();

        List<Task<float[]>> runs = [];
        while (runs.Count < LaneCount)
        {
            runs.Add(RunAsync(version, [runs.Count], TimeSpan.FromMilliseconds(50), CancellationToken.None));
            await Eventually.Holds(() => instance.Runs.Count == runs.Count, what: "each has a lane of its own");
        }

        foreach (var run in runs)
            Assert.Equal(RunFault.TimedOut, (await Assert.ThrowsAsync<RunException>(() => run)).Fault);
        await hung.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(RunFault.Unavailable, (await Assert.ThrowsAsync<RunException>(() => Run(version, 1))).Fault);

        gate.Set();
        await Eventually.Holds(() => version.Lanes.Hanging == 0, what: "hung runs ended");
        Assert.Equal(new float[] { 5 }, await Run(version, 5));
    }

    [Fact]
    public async Task A_run_that_ends_while_it_is_looked_at_is_not_given_up()
    {
        await using var version = Version(new ScriptedInstance(Doubled));
        using var over = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
                version.Lanes.Look(Environment.TickCount64);
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 10_000; i++)
            Assert.Equal(new float[] { 2 * i }, await Run(version, i));

        await over.CancelAsync();
        await looking;
        Assert.Equal(0, version.Lanes.Hanging);
    }

    [Fact]
    public void The_expected_time_of_a_size_not_seen_follows_from_the_next_smaller_one()
    {
        var times = new RunTimes();

        Assert.Equal(double.PositiveInfinity, times.Expect(80));
        times.Saw(80, TimeSpan.FromMicroseconds(5));

        Assert.Equal(5, times.Expect(100), 3);
        Assert.Equal(5 * 32, times.Expect(80 * 32), 3);
        times.Saw(80 * 32, TimeSpan.FromMicroseconds(20));
        Assert.Equal(20, times.Expect(80 * 32), 3);
    }

    private static float First(float[] rows) => rows[0];

    private static float[] Doubled(float[] rows) => [.. rows.Select(r => 2 * r)];

    private static float[] Blocked(ManualResetEventSlim gate, float[] rows)
    {
        gate.Wait();
        return rows;
    }

    private static LoadedVersion Version(ScriptedInstance instance) =>
        new(new Assignment(Guid.CreateVersion7(), "scripted", 1, "", 1, "onnx", "onnx", ""), instance, new RunTimes(), joins: true);

    // Negative rows block: one for each lane, all of them started.
    private static async Task<Task<float[]>[]> BlockedLanesAsync(LoadedVersion version, ScriptedInstance instance)
    {
        List<Task<float[]>> blocking = [];
        for (var i = 0; i < LaneCount; i++)
        {
            blocking.Add(Run(version, -1));
            await Eventually.Holds(() => instance.Runs.Count == blocking.Count, what: "a lane is blocked");
        }
        return [.. blocking];
    }

    private static Task<float[]> Run(LoadedVersion version, params float[] rows) => RunAsync(version, rows, Minute, CancellationToken.None);

    private static async Task<float[]> RunAsync(LoadedVersion version, float[] rows, TimeSpan limit, CancellationToken ct)
    {
        var slot = version.Rent();
        try
        {
            var body = $$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[{{rows.Length}},1],"data":[{{string.Join(',', rows)}}]}]}""";
            Assert.Null(InferReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), null, version.Spec, InferenceLimits.Default, slot.Request));
            await version.RunAsync(slot, limit, ct);
            return MemoryMarshal.Cast<byte, float>(slot.Output(0).Data).ToArray();
        }
        finally
        {
            version.Return(slot);
        }
    }
}
