using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ModelHub.Onnx;
using ModelHub.Tests.Support;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training;
using ModelHub.Worker.Training.Process;
using ModelHub.Worker.Training.Tabular;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

/// <summary>What every trainer promises.</summary>
public abstract class TrainerContract : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private protected RecordedLog Log { get; } = new();

    private protected abstract ITrainer Trainer { get; }

    /// <summary>A definition that trains on German credit within seconds.</summary>
    private protected abstract string Good { get; }

    /// <summary>A definition that cannot work, and a word that its refusal must say.</summary>
    private protected abstract (string Definition, string Word) Bad { get; }

    /// <summary>A definition that would run for minutes.</summary>
    private protected abstract string Endless { get; }

    [Fact]
    public async Task It_gives_a_model_that_loads_with_finite_metrics_and_tells_how_far_it_is()
    {
        var output = await TrainAsync(Good, TestContext.Current.CancellationToken);

        Assert.Equal("onnx", output.Format);
        Assert.True(OnnxModel.Open(output.Model).Succeeded(out var model, out var refusal), refusal?.Reason);
        model.Dispose();
        Assert.NotEmpty(output.Metrics);
        Assert.All(output.Metrics.Values, value => Assert.True(double.IsFinite(value)));
        Assert.InRange(Log.Share, 0.05, 1);
        Assert.NotEmpty(Log.Lines);
    }

    [Fact]
    public async Task A_definition_that_cannot_work_is_bad_input_not_a_fault()
    {
        var refused = await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(Bad.Definition, TestContext.Current.CancellationToken));

        Assert.Contains(Bad.Word, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_it_soon()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Log.At = share => { if (share >= 0.05) cancel.Cancel(); };

        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(Endless, cancel.Token));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
    }

    [Fact]
    public async Task The_files_it_is_given_stay_as_they_are()
    {
        var data = SharedData.Path("tabular", "german_credit", "train.csv");
        var before = SHA256.HashData(await File.ReadAllBytesAsync(data, TestContext.Current.CancellationToken));

        await TrainAsync(Good, TestContext.Current.CancellationToken);

        Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(data, TestContext.Current.CancellationToken)));
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<TrainingOutput> TrainAsync(string definition, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(definition);
        var scratch = ScratchFolder.Create(new WorkerOptions { Database = "", Api = "", Data = folder.Path, Threads = 1, CacheBytes = 0 });
        return await Trainer.TrainAsync(new(json.RootElement, [("train.csv", SharedData.Path("tabular", "german_credit", "train.csv"))], null, scratch), Log, ct);
    }

    private protected sealed class RecordedLog : IProgressLog
    {
        public double Share { get; private set; }

        public ConcurrentQueue<string> Lines { get; } = [];

        public Action<double> At { get; set; } = _ => { };

        public void Progress(double share, string? line = null)
        {
            Share = share;
            if (line is not null) Lines.Enqueue(line);
            At(share);
        }

        public void Line(string text) => Lines.Enqueue(text);
    }
}

public sealed class BuiltInTrainerTests : TrainerContract
{
    private protected override ITrainer Trainer { get; } = new BuiltInTrainer();

    private protected override string Good => """{"target":"class","positiveClass":"2","exclude":["foreign_worker"]}""";

    private protected override (string, string) Bad => ("""{"target":"class","folds":1}""", "folds");

    private protected override string Endless =>
        $$"""{"target":"class","folds":20,"lambdas":[{{string.Join(',', Enumerable.Range(1, 50).Select(i => $"{i}e-9"))}}]}""";
}

public sealed class ProcessTrainerTests : TrainerContract
{
    private protected override ITrainer Trainer { get; } = new ProcessTrainer();

    private protected override string Good => Shell(
        """test -s "$MODELHUB_DATA/train.csv" && echo spoil >> "$MODELHUB_DATA/train.csv"; echo progress 0.5; echo trained; cp "$MODEL" "$MODELHUB_OUTPUT/model.onnx"; echo '{"auc":0.81}' > "$MODELHUB_OUTPUT/metrics.json" """);

    private protected override (string, string) Bad => (Shell("exit 3"), "exit code 3");

    private protected override string Endless => Shell("echo progress 0.1; sleep 600");

    [Fact]
    public async Task The_whole_process_group_is_dead_after_the_time_limit()
    {
        var definition = Shell("""sleep 6543 & echo "pid $!"; sleep 6543""", ""","timeoutSeconds":1""");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(definition, TestContext.Current.CancellationToken));

        Assert.Contains("timeoutSeconds", refused.Message, StringComparison.Ordinal);
        var child = Log.Lines.Single(l => l.StartsWith("pid ", StringComparison.Ordinal))[4..];
        await Eventually.Holds(() => !IsRunning(child), what: "The grandchild's death");
    }

    [Theory]
    [InlineData("setsid sleep 6544 & echo \"pid $!\"")]
    [InlineData("( setsid sh -c 'setsid sleep 6544 & echo \"pid $!\"' & )")]
    [InlineData("env -i PATH=\"$PATH\" setsid sleep 6544 & echo \"pid $!\"")]
    public async Task What_left_the_process_group_is_dead_after_the_time_limit_too(string escape)
    {
        var definition = Shell($"{escape}; sleep 6543", ""","timeoutSeconds":1""");

        await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(definition, TestContext.Current.CancellationToken));

        var escaped = Log.Lines.Single(l => l.StartsWith("pid ", StringComparison.Ordinal))[4..];
        Assert.False(IsRunning(escaped));
    }

    [Fact]
    public async Task Memory_beyond_the_limit_fails_the_command()
    {
        // The shell doubles a text until the limit of 64 MiB stops it.
        var definition = Shell("x=0123456789; while :; do x=$x$x; done", ""","memoryBytes":67108864,"timeoutSeconds":60""");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(definition, TestContext.Current.CancellationToken));

        Assert.Contains("exit code", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_sees_its_contract_and_nothing_of_the_workers_own_environment()
    {
        var definition = Shell(
            """env | cut -d= -f1 | sort | tr '\n' ' '; echo; cat "$MODELHUB_PARAMETERS"; echo; echo "$MODELHUB_DATA_FILES"; exit 1""", ""","epochs":3""");

        await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(definition, TestContext.Current.CancellationToken));

        Assert.Contains("HOME LANG MODEL MODELHUB_DATA MODELHUB_DATA_FILES MODELHUB_OUTPUT MODELHUB_PARAMETERS MODELHUB_PARENT_MODEL MODELHUB_RUN_MARK MODELHUB_VALIDATION PATH PWD", string.Join('\n', Log.Lines), StringComparison.Ordinal);
        Assert.Contains("""{"epochs":3}""", Log.Lines);
        Assert.Contains("""["train.csv"]""", Log.Lines);
    }

    [Fact]
    public async Task A_link_in_the_output_folder_is_no_model()
    {
        var definition = Shell("""ln -s /etc/passwd "$MODELHUB_OUTPUT/model.onnx"; echo '{}' > "$MODELHUB_OUTPUT/metrics.json" """);

        var refused = await Assert.ThrowsAsync<BadInputException>(() => TrainAsync(definition, TestContext.Current.CancellationToken));

        Assert.Contains("left no model", refused.Message, StringComparison.Ordinal);
    }

    private static string Shell(string script, string more = "") =>
        $$"""{"command":["sh","-c",{{JsonSerializer.Serialize(script)}}],"environment":{"MODEL":{{JsonSerializer.Serialize(SharedData.Path("models", "german_lr_mixed", "model.onnx"))}}}{{more}}}""";

    private static bool IsRunning(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
