using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Models;
using ModelHub.Domain.Training;

namespace ModelHub.Worker.Training.Search;

/// <summary>What a version tells of how it was made: what the run was asked with, the settings that won, and what the trainer chose by itself.</summary>
internal static class WonSettings
{
    public static Parameter[] Parameters(TrainingRun run, MadeVersion made)
    {
        List<Parameter> parameters = [.. run.Parameters];
        void Add(string name, string value)
        {
            if (!parameters.Exists(p => p.Name == name)) parameters.Add(new(name, value));
        }

        if (made.Won is { } won)
        {
            using var settings = JsonDocument.Parse(won.Parameters);
            parameters.RemoveAll(p => settings.RootElement.TryGetProperty(p.Name, out _));
            foreach (var setting in settings.RootElement.EnumerateObject()) Add(setting.Name, setting.Value.ToString());
            Add("search.trial", won.Trial.Number.ToString(CultureInfo.InvariantCulture));
        }
        foreach (var (name, value) in made.Output.Parameters) Add(name, value);
        return [.. parameters];
    }

    /// <summary>What it came to on the validation rows, as a trial.</summary>
    public static IEnumerable<Metric> Metrics(TrainingRun run, SearchTurn.Won? won) =>
        won is null ? [] : [new Metric($"search.{SearchTrials.RuleOf(run)!.Metric}", won.Trial.Results[^1].Metric)];
}
