using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Promotions;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Experiments;

/// <summary>Two real workers run all loops at once; nodes and a router are rows, and keys are written as routers would have them written.</summary>
public sealed class ExperimentLoopTests(TestPostgres server) : IAsyncLifetime
{
    private static readonly Actor Ada = Actor.User("ada");
    private readonly TestDatabase database = new(server);
    private readonly TemporaryFolder folder = new();
    private readonly List<WebApplication> workers = [];
    private RowFleet fleet = null!;
    private Model model = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        fleet = new RowFleet(database);
        await fleet.StartAsync("node-1", "node-2");
        await using var db = database.Open();
        model = Model.Create("risk.credit", new ModelDescription(), Ada, DateTimeOffset.UtcNow).Value;
        db.Models.Add(model);
        await db.CommitAsync(new ModelCreated(model.Name), Ada, Ct);
        for (var i = 0; i < 2; i++)
        {
            var worker = ModelHub.Worker.Program.Create(
                ["--Database", database.ConnectionString, "--Api", "http://127.0.0.1:9", "--Data", Path.Combine(folder.Path, $"{i}"), "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"]);
            workers.Add(worker);
            await worker.StartAsync(Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers) await worker.DisposeAsync();
        await fleet.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0.2, 0.6, Verdict.Pass, "new")]
    [InlineData(0.6, 0.2, Verdict.Fail, null)]
    public async Task An_experiment_is_prepared_runs_and_is_concluded_once_however_many_workers_there_are(double control, double arm, Verdict verdict, string? winner)
    {
        var id = await StartedAsync();
        var running = await InStateAsync(id, ExperimentState.Running);
        Assert.Equal([50.0, 50.0], await WeightsAsync());

        await ExposedAsync(running, 300, control, arm);
        var ended = await InStateAsync(id, ExperimentState.Concluded);

        Assert.Equal((verdict, winner), (ended.Verdict, ended.Winner?.Name));
        Assert.Equal([300L, 300L], ended.Judgement!.Totals.Select(t => t.Measured));
        Assert.Equal(ended.Judge(ended.Judgement.Totals).Comparisons, ended.Judgement.Comparisons);
        Assert.Equal([100.0], await WeightsAsync());
        await using var db = database.Open();
        foreach (var type in (string[])["experiment.runs", "experiment.ended"])
            Assert.Equal(1, await db.Events.CountAsync(e => e.Type == type, Ct));
        Assert.Equal([2, 2, 1], await db.RoutingChanges.Where(c => c.Reason.StartsWith("experiment")).OrderBy(c => c.RoutesRevision).Select(c => c.Variants).ToListAsync(Ct) is var changes ? changes.Select(c => c.Count) : []);
        // The winner stays loaded for who promotes it next; a loser is unloaded.
        var lost = ended.Arms.Single(a => a.Number == 1).VersionId;
        await Eventually.Is(
            async () =>
            {
                await using var read = database.Open();
                return await read.Placements.AnyAsync(p => p.VersionId == lost && p.Wanted && p.RetiredAtRoutes == null, Ct);
            },
            held => held == (winner is not null), what: "What stays loaded");
        Assert.DoesNotContain(fleet.Gaps, gap => !gap.Contains("had traffic and no node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arms_without_their_share_of_the_keys_end_it_without_a_winner()
    {
        var id = await StartedAsync();
        var running = await InStateAsync(id, ExperimentState.Running);

        await ExposedAsync(running, 200, null, 0.9);
        var ended = await InStateAsync(id, ExperimentState.Concluded);

        Assert.Equal(Verdict.Inconclusive, ended.Verdict);
        Assert.StartsWith("sample ratio mismatch: 0 : 200", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_decision_about_the_traffic_ends_it_and_shares_add_up_throughout()
    {
        var id = await StartedAsync();
        await InStateAsync(id, ExperimentState.Running);

        await LiveAsync(await RegisterAsync(3));
        var ended = await InStateAsync(id, ExperimentState.Concluded);

        Assert.Equal((Verdict.Inconclusive, "another decision took the traffic"), (ended.Verdict, ended.Reason));
        Assert.Equal([100.0], await WeightsAsync());
        Assert.DoesNotContain(fleet.Gaps, gap => !gap.Contains("had traffic and no node", StringComparison.Ordinal));
    }

    private async Task<ExperimentId> StartedAsync()
    {
        var (control, candidate) = (await RegisterAsync(1), await RegisterAsync(2));
        await LiveAsync(control);
        return await Eventually.Is(() => OpenAsync(control, candidate), opened => opened is not null, what: "An experiment") ?? throw new InvalidOperationException();
    }

    /// <returns>null when a loop changed the endpoint in the same moment</returns>
    private async Task<ExperimentId?> OpenAsync(Version control, Version candidate)
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version).SingleAsync(Ct);
        var request = new ExperimentRequest(
            model.Name, "staging", endpoint, [new("old", control, 50), new("new", candidate, 50)], ExperimentOptions.Default, null, null, new byte[Experiment.SaltBytes]);
        var opened = (await db.OpenExperimentAsync(request, Ada, DateTimeOffset.UtcNow, Ct)).Value;
        return await db.CommitAsync(opened.Started, Ada, Ct) is null ? opened.Experiment.Id : null;
    }

    /// <summary>Keys of each arm, at once, of which a share has the value 1 and the others 0; null: none of this arm.</summary>
    private async Task ExposedAsync(Experiment experiment, int keys, params double?[] rates)
    {
        await using var db = database.Open();
        await db.Database.ExecuteSqlAsync($"""
            insert into exposures (experiment_id, key, request, arm, value, at)
            select {experiment.Id.Value}, gen_random_uuid(), gen_random_uuid(), r.number - 1, case when i <= {keys} * r.rate then 1 else 0 end, now()
            from generate_series(1, {keys}) i, unnest({rates}) with ordinality as r(rate, number) where r.rate is not null
            """, Ct);
    }

    private async Task<IReadOnlyList<double>> WeightsAsync()
    {
        await using var db = database.Open();
        return await db.Variants.Where(v => v.ValidTo == null).OrderBy(v => v.Id).Select(v => v.Weight!.Value).ToListAsync(Ct);
    }

    private async Task<Version> RegisterAsync(int number)
    {
        await using var db = database.Open();
        var now = DateTimeOffset.UtcNow;
        await db.TakeVersionNumberAsync(model.Id, Ct);
        var version = Version.Register(model.Id, number, new VersionRegistration($"sha256:{number:D64}", 1_000, "onnx"), Ada, now).Value;
        Assert.Null(version.Accept(new Signature([new TensorSpec("x", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]), [], ArtifactScan.NotApplicable, now));
        db.Versions.Add(version);
        Assert.Null(await db.CommitAsync(new VersionRegistered(model.Name, number, version.Digest), Ada, Ct));
        return version;
    }

    /// <summary>Gives the traffic to a version, as a promotion does in the end.</summary>
    private Task LiveAsync(Version version) => Eventually.Holds(async () =>
    {
        await using var db = database.Open();
        var now = DateTimeOffset.UtcNow;
        var place = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
        var endpoint = await db.Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null)).SingleOrDefaultAsync(e => e.ModelId == model.Id, Ct);
        if (endpoint is null) db.Endpoints.Add(endpoint = Endpoint.Open(model.Id, place.Id, now));
        await db.BumpAsync(ModelHub.Database.Numbered.Routes, Ct);
        db.Variants.Add(endpoint.Shift(version.Id, 1, now, now));
        return await db.CommitAsync([], Ada, Ct) is null;
    }, what: "The shift");

    private Task<Experiment> InStateAsync(ExperimentId id, ExperimentState state) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.Experiments.AsNoTracking().Include(e => e.Arms).SingleAsync(e => e.Id == id, Ct);
    }, e => e.State == state, what: $"An experiment that is {state}");
}
