using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Monitoring;

/// <summary>
/// What a version predicted of held-out rows when it was trained, where its trainer stored that. It never changes, so that it is read once.
/// </summary>
internal sealed partial class TrainedPredictions(ArtifactCache cache, ILogger<TrainedPredictions> log)
{
    private const string Label = "modelhub.label";
    private const string Prediction = "modelhub.prediction";
    private const string Probability = "modelhub.probability.";
    private const int MostKnown = 1_000;
    private readonly ConcurrentDictionary<VersionId, IReadOnlyList<OutputCounts>> known = new();

    /// <returns>Empty when nothing is known of them.</returns>
    public async Task<IReadOnlyList<OutputCounts>> OfAsync(ModelHubDb db, VersionId version, CancellationToken ct)
    {
        if (known.TryGetValue(version, out var read)) return read;
        if (known.Count > MostKnown) known.Clear();
        var made = await db.Versions.AsNoTracking().Where(v => v.Id == version)
            .Select(v => new { v.Signature, Digest = v.Tags.Where(t => t.Key == TrainingRuns.PredictionsTag).Select(t => t.Value).FirstOrDefault() }).SingleOrDefaultAsync(ct);
        if (made is not { Signature: { } signature, Digest: { } digest }) return known[version] = [];
        try
        {
            return known[version] = TrainedOutputs.Of(signature, Read(await cache.GetAsync(digest, ct), ct));
        }
        catch (BadInputException fault)
        {
            // It is gone, or somebody set the tag to something else: then the version's beginning is what it is held against.
            LogUnread(version.Value, fault.Message);
            return known[version] = [];
        }
        catch (HttpRequestException fault)
        {
            LogUnread(version.Value, fault.Message);
            return [];
        }
    }

    /// <exception cref="BadInputException">it is no file of predictions</exception>
    internal static TrainedAnswers Read(string path, CancellationToken ct)
    {
        var table = Table.Read([("predictions.csv", path)], ct);
        var classes = table.Columns.Where(c => c.Name.StartsWith(Probability, StringComparison.Ordinal)).ToList();
        var scores = classes.Count > 0 ? classes[^1] : table[Prediction];
        return new(
            [.. classes.Select(c => c.Name[Probability.Length..])],
            classes.Count > 0 ? [.. Enumerable.Range(0, table.Rows).Select(table[Label].Text)] : [],
            [.. Enumerable.Range(0, table.Rows).Select(row => Number(scores.Text(row)))]);
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        ? number
        : throw new BadInputException($"predictions.csv: {text} is no number.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "What version {Version} predicted at training cannot be read; its predictions are held against those it began with: {Reason}")]
    private partial void LogUnread(Guid version, string reason);
}
