using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Promotions;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Json = ModelHub.Database.Conventions.Json;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Shadows;

/// <summary>Two real workers run all loops at once; nodes and a router are rows, and what routers find is written as they would have it written.</summary>
public sealed class ShadowTestLoopTests(TestPostgres server) : IAsyncLifetime
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
    [InlineData(0, ShadowTestState.Passed, Verdict.Pass)]
    [InlineData(30, ShadowTestState.Failed, Verdict.Fail)]
    public async Task A_test_is_placed_runs_and_ends_with_its_evidence_once_however_many_workers_there_are(long different, ShadowTestState state, Verdict verdict)
    {
        await LiveAsync(await RegisterAsync(1));
        var id = await StartAsync(await RegisterAsync(2));
        var running = await InStateAsync(id, ShadowTestState.Running);
        Assert.NotNull(running.RunningSince);

        await FoundAsync(id, 60, 0);
        await FoundAsync(id, 50, different);
        var ended = await InStateAsync(id, state);

        Assert.Equal((verdict, 110L), (ended.Verdict, ended.Found!.Pairs.Compared));
        Assert.Equal(ShadowJudge.Judge(ended.Found, ended.Options).Findings, ended.Findings);
        await using var db = database.Open();
        foreach (var type in (string[])["shadow-test.runs", "shadow-test.ended"])
            Assert.Equal(1, await db.Events.CountAsync(e => e.Type == type, Ct));
        Assert.Equal([VariantRole.Primary], await db.Variants.Where(v => v.ValidTo == null).Select(v => v.Role).ToListAsync(Ct));
        Assert.False(await db.Comparisons.AnyAsync(Ct));
        // One that passed stays loaded for who promotes it next; one that failed is unloaded.
        await Eventually.Is(
            async () =>
            {
                await using var read = database.Open();
                return await read.Placements.CountAsync(p => p.VersionId == ended.VersionId && p.Wanted && p.RetiredAtRoutes == null, Ct);
            },
            held => held == (verdict == Verdict.Pass ? 1 : 0), what: "What stays loaded");
    }

    [Fact]
    public async Task A_new_primary_ends_the_test_without_a_pass()
    {
        await LiveAsync(await RegisterAsync(1));
        var id = await StartAsync(await RegisterAsync(2));
        await InStateAsync(id, ShadowTestState.Running);

        await LiveAsync(await RegisterAsync(3));

        Assert.Equal("another version has the traffic now", (await InStateAsync(id, ShadowTestState.Inconclusive)).Reason);
    }

    [Fact]
    public async Task Time_that_runs_out_is_inconclusive_and_says_what_is_missing()
    {
        await LiveAsync(await RegisterAsync(1));
        var id = await StartAsync(await RegisterAsync(2), ShadowOptions.Default with { MaximumTime = ShadowOptions.ShortestTime });

        var ended = await InStateAsync(id, ShadowTestState.Inconclusive);

        Assert.Contains("0 of 200 samples", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, ended.Verdict);
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

    private async Task<ShadowTestId> StartAsync(Version version, ShadowOptions? options = null)
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.Include(e => e.Environment).Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version).SingleAsync(Ct);
        var candidate = await db.Versions.Include(v => v.Model).SingleAsync(v => v.Id == version.Id, Ct);
        var opened = (await db.OpenShadowTestAsync(candidate, endpoint, options ?? ShadowOptions.Default with { MinimumSamples = 100 }, null, Ada, DateTimeOffset.UtcNow, Ct)).Value;
        Assert.Null(await db.CommitAsync(opened.Started, Ada, Ct));
        return opened.Test.Id;
    }

    private async Task FoundAsync(ShadowTestId id, long compared, long different)
    {
        await using var db = database.Open();
        var router = await db.Routers.Select(r => r.Id).SingleAsync(Ct);
        var found = Comparison.None with { Pairs = PairCounts.None with { Compared = compared, Rows = compared, DifferentRows = different } };
        await db.Database.ExecuteSqlAsync($"""
            insert into comparisons (shadow_test_id, router_id, since, until, found)
            values ({id.Value}, {router.Value}, clock_timestamp(), clock_timestamp(), {JsonSerializer.Serialize(found, Json.Options)}::jsonb)
            """, Ct);
    }

    private Task<ShadowTest> InStateAsync(ShadowTestId id, ShadowTestState state) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.ShadowTests.AsNoTracking().SingleAsync(t => t.Id == id, Ct);
    }, t => t.State == state, what: $"A shadow test that is {state}");
}
