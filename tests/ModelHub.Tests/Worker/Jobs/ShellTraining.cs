using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Data;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

/// <summary>Trainings by shell script that tell which processes run them.</summary>
internal static class ShellTraining
{
    public const string Endless = """{"command":["sh","-c","echo child $$; sleep 600"]}""";

    /// <summary>Sleeps the first time; once the mark is there it leaves a model at once.</summary>
    public static string OnceSlow(string mark) => JsonSerializer.Serialize(new
    {
        command = new[]
        {
            "sh", "-c", """
            echo worker $(cut -d' ' -f4 /proc/$PPID/stat); echo child $$
            if [ ! -e "$MARK" ]; then touch "$MARK"; sleep 600; fi
            cp "$MODEL" "$MODELHUB_OUTPUT/model.onnx"; echo '{"auc":0.8}' > "$MODELHUB_OUTPUT/metrics.json"
            """,
        },
        environment = new Dictionary<string, string> { ["MARK"] = mark, ["MODEL"] = SharedData.Path("models", "german_lr_mixed", "model.onnx") },
    });

    /// <summary>Leaves a model as soon as the mark is there.</summary>
    public static string Waiting(string mark) => JsonSerializer.Serialize(new
    {
        command = new[]
        {
            "sh", "-c", """
            echo child $$
            while [ ! -e "$MARK" ]; do sleep 0.1; done
            cp "$MODEL" "$MODELHUB_OUTPUT/model.onnx"; echo '{"auc":0.8}' > "$MODELHUB_OUTPUT/metrics.json"
            """,
        },
        environment = new Dictionary<string, string> { ["MARK"] = mark, ["MODEL"] = SharedData.Path("models", "german_lr_mixed", "model.onnx") },
    });

    /// <summary>A profiled data version of German credit.</summary>
    public static async Task<DataVersionId> GermanAsync(this WorkerStack stack)
    {
        var data = await stack.RegisterDataAsync(SharedData.Path("tabular", "german_credit", "train.csv"));
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(data.Value)).State);
        return data;
    }

    /// <summary>The number that the run's log gives after a word.</summary>
    public static async Task<int> NumberAsync(this WorkerStack stack, TrainingRun run, string word)
    {
        var lines = await Eventually.Is(() => stack.LogAsync(run.Id.Value), l => l.Any(x => x.StartsWith(word + " ", StringComparison.Ordinal)), what: $"The line of the {word}");
        return int.Parse(lines.First(l => l.StartsWith(word + " ", StringComparison.Ordinal)).AsSpan(word.Length + 1), CultureInfo.InvariantCulture);
    }

    public static bool IsRunning(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
