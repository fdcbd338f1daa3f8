using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Search;

/// <summary>What a run that searches its settings does next.</summary>
internal abstract record SearchTurn
{
    private SearchTurn()
    {
    }

    /// <summary>Trials have to begin or to end first.</summary>
    public sealed record Wait : SearchTurn;

    public sealed record Won(TrialFacts Trial, string Parameters) : SearchTurn;
}

/// <summary>
/// The trials of a run. Each is an operation that any worker takes; who ends one begins what comes next in the same transaction, behind the
/// run, so that there is nobody to lose who keeps the search together.
/// </summary>
internal sealed class SearchTrials(TimeProvider time)
{
    /// <summary>Share of the run's bar that belongs to the trials.</summary>
    public const double Share = 0.9;

    /// <exception cref="BadInputException">The definition's search is at fault.</exception>
    public static SearchRule? RuleOf(TrainingRun run) =>
        SearchDocument.Read(run.Definition, out var rule) is { } refusal ? throw new BadInputException($"The pipeline's {refusal.Message}") : rule;

    /// <exception cref="BadInputException">No trial has a result.</exception>
    public async Task<SearchTurn> TurnAsync(ModelHubDb db, TrainingRun run, SearchRule rule, CancellationToken ct)
    {
        var trials = await TrialsOf(db, run).AsNoTracking().ToListAsync(ct);
        var facts = trials.Select(t => t.Facts).ToList();
        if (!NextTrials.Of(rule, facts, IsTimeUp(run)).Over) return new SearchTurn.Wait();
        if (NextTrials.Winner(rule, facts) is { } winner) return new SearchTurn.Won(winner, trials.Single(t => t.Number == winner.Number).Parameters);
        throw new BadInputException(Why(trials));
    }

    /// <summary>Begins what the rules begin, and lets the run's bar follow. The caller commits; until then nobody else looks at the search.</summary>
    /// <param name="change">What the caller found out about one of the trials; looked at first.</param>
    public async Task<IReadOnlyList<Event>> StepAsync(ModelHubDb db, TrainingRunId id, Action<TrainingRun, IReadOnlyList<TrainingTrial>> change, CancellationToken ct)
    {
        await db.HoldSearchOfAsync(id, ct);
        var run = await db.TrainingRuns.Include(r => r.Operation).SingleAsync(r => r.Id == id, ct);
        var trials = await TrialsOf(db, run).ToListAsync(ct);
        change(run, trials);
        if (run.State.HasEnded() || run.Operation.CancelRequested) return [];
        var rule = RuleOf(run)!;
        run.Search(time.GetUtcNow() + rule.Timeout);
        var step = NextTrials.Of(rule, [.. trials.Select(t => t.Facts)], IsTimeUp(run));
        foreach (var (number, rung) in step.Begin) Begin(db, run, rule, trials.Find(t => t.Number == number), number, rung);
        if (step.Over) Prune(trials);
        var done = (double)trials.Count(t => t.HasEnded || t.State == TrialState.Paused) / rule.Trials;
        run.Advance(Share * done);
        run.Operation.Follow(Share * done, string.Create(CultureInfo.InvariantCulture, $"{trials.Count(t => t.Results.Count > 0)} of {rule.Trials} trials have a result"));
        return [];
    }

    /// <summary>Those that could still have gone up, when nothing does any more.</summary>
    public void Prune(IEnumerable<TrainingTrial> trials)
    {
        foreach (var trial in trials.Where(t => t.State == TrialState.Paused)) trial.Prune(time.GetUtcNow());
    }

    public static IQueryable<TrainingTrial> TrialsOf(ModelHubDb db, TrainingRun run) => db.TrainingTrials.Where(t => t.RunId == run.Id).OrderBy(t => t.Number);

    private bool IsTimeUp(TrainingRun run) => run.SearchUntil <= time.GetUtcNow();

    private void Begin(ModelHubDb db, TrainingRun run, SearchRule rule, TrainingTrial? known, int number, int rung)
    {
        var (now, id) = (time.GetUtcNow(), known?.Id ?? TrainingTrialId.New(time.GetUtcNow()));
        var operation = Operation.Enqueue(OperationKinds.TrainTrial, Subjects.TrainingRun(run.Id.Value), id.Value, new Actor(run.RequestedBy), now, run.OperationId);
        db.Operations.Add(operation);
        if (known is not null) known.GoUp(operation.Id);
        else db.TrainingTrials.Add(TrainingTrial.Draw(id, run.Id, number, operation.Id, DrawParameters.Of(rule, number), now));
    }

    private static string Why(List<TrainingTrial> trials)
    {
        const int shown = 5;
        var reasons = trials.Where(t => t.Failure is not null).GroupBy(t => t.Failure!).OrderByDescending(g => g.Count()).ToList();
        var words = reasons.Take(shown).Select(g => string.Create(CultureInfo.InvariantCulture, $"{(g.Count() == 1 ? $"trial {g.First().Number}" : $"{g.Count()} trials")}: {g.Key}"));
        return $"None of {trials.Count} trials has a result. {string.Join(" ", words)}{(reasons.Count > shown ? " …" : "")}".TrimEnd();
    }
}
