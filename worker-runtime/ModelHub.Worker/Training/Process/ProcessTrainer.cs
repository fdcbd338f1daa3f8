using System.Text.Json;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using TrainerKind = ModelHub.Domain.Training.Trainer;

namespace ModelHub.Worker.Training.Process;

/// <summary>
/// Runs any command with a documented contract. It gets MODELHUB_DATA (a folder with the files of the data version),
/// MODELHUB_DATA_FILES (their paths in it, a JSON list), MODELHUB_PARAMETERS (a JSON file), MODELHUB_PARENT_MODEL (a
/// file, or empty), MODELHUB_VALIDATION (a CSV file in the trials of a search, or empty) and MODELHUB_OUTPUT (a folder), and works in a
/// scratch folder. It ends with exit code 0 and leaves in
/// the output folder model.onnx or one model.*, metrics.json ({"name": number}) and, if it likes, predictions.csv.
/// What it prints is the log; a line of the form "progress 0.4" moves the bar.
/// </summary>
internal sealed class ProcessTrainer : ITrainer
{
    private const string ProgressWord = "progress ";

    public TrainerKind Kind => TrainerKind.Process;

    public async Task<TrainingOutput> TrainAsync(TrainingInput input, IProgressLog log, CancellationToken ct)
    {
        var definition = ProcessDefinition.Parse(input.Definition);
        var folders = Folders.Create(input.Scratch);
        foreach (var (name, path) in input.Files) Copy(path, Path.Combine(folders.Data, name));
        var parent = input.ParentModel is null ? "" : Copy(input.ParentModel, input.Scratch.File("parent" + Path.GetExtension(input.ParentModel)));
        var validation = input.Validation is null ? "" : Copy(input.Validation, input.Scratch.File("validation.csv"));
        var parameters = input.Scratch.File("parameters.json");
        await File.WriteAllTextAsync(parameters, definition.Parameters, ct);

        var variables = new Dictionary<string, string>(definition.Environment)
        {
            ["MODELHUB_DATA"] = folders.Data,
            ["MODELHUB_DATA_FILES"] = JsonSerializer.Serialize(input.Files.Select(f => f.Name)),
            ["MODELHUB_PARAMETERS"] = parameters,
            ["MODELHUB_PARENT_MODEL"] = parent,
            ["MODELHUB_VALIDATION"] = validation,
            ["MODELHUB_OUTPUT"] = folders.Output,
        };
        log.Progress(0.05, $"starting {definition.Command[0]} with at most {definition.Timeout.TotalSeconds:0} s and {definition.MemoryBytes} bytes");
        var end = await ChildProcess.RunAsync(definition, folders.Work, variables, line => Tell(line, log), ct);
        if (end is ProcessEnd.TimedOut) throw new BadInputException($"The command did not end within {definition.Timeout.TotalSeconds:0} s (timeoutSeconds) and was killed.");
        if (end is ProcessEnd.Exited { Code: not 0 } exited) throw new BadInputException($"The command ended with exit code {exited.Code}.");
        return ReadOutput.From(folders.Output);
    }

    private static void Tell(string line, IProgressLog log)
    {
        if (line.StartsWith(ProgressWord, StringComparison.Ordinal)
            && double.TryParse(line.AsSpan(ProgressWord.Length), System.Globalization.CultureInfo.InvariantCulture, out var share)
            && share is >= 0 and <= 1)
            log.Progress(0.05 + 0.9 * share);
        else log.Line(line);
    }

    /// <summary>A copy, because a command that writes into its input must not change what other jobs read.</summary>
    private static string Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
        return to;
    }

    private sealed record Folders(string Data, string Output, string Work)
    {
        public static Folders Create(ScratchFolder scratch) => new(
            Directory.CreateDirectory(scratch.File("data")).FullName,
            Directory.CreateDirectory(scratch.File("output")).FullName,
            Directory.CreateDirectory(scratch.File("work")).FullName);
    }
}
