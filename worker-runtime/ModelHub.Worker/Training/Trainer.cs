using System.Text.Json;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using TrainerKind = ModelHub.Domain.Training.Trainer;

namespace ModelHub.Worker.Training;

/// <summary>Makes a model from data. One contract suite holds for all of them.</summary>
internal interface ITrainer
{
    TrainerKind Kind { get; }

    /// <exception cref="BadInputException">The definition, the data or the training itself is at fault; trying again would not help.</exception>
    Task<TrainingOutput> TrainAsync(TrainingInput input, IProgressLog log, CancellationToken ct);
}

/// <param name="Definition">A JSON object: the pipeline's definition with the run's parameters laid over it.</param>
/// <param name="Files">The files of the data version: their names in it, and where they lie; not to be changed.</param>
/// <param name="ParentModel">The model file to start warm from, not to be changed; null when there is none.</param>
/// <param name="Scratch">The run's own folder, gone after it.</param>
/// <param name="HeldOut">Rows that come after those of the files, in a file of the same columns: never to be trained on. Null: the trainer holds out its own.</param>
/// <param name="Validation">Path of a CSV file of rows that the trainer may measure itself on, in the trials of a search; else null.</param>
internal sealed record TrainingInput(
    JsonElement Definition, IReadOnlyList<(string Name, string Path)> Files, string? ParentModel, ScratchFolder Scratch, HeldOutRows? HeldOut = null, string? Validation = null);

/// <param name="Model">Path of the model file.</param>
/// <param name="Format">Lower-case name of its format; <c>onnx</c> can be served.</param>
/// <param name="Parameters">What the trainer chose by itself.</param>
/// <param name="Predictions">Path of the trainer's own answers on held-out rows (CSV), when it gives them.</param>
internal sealed record TrainingOutput(
    string Model, string Format, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Parameters, string? Predictions);
