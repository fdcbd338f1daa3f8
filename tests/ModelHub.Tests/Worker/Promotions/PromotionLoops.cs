using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>Two real workers run all loops at once, over nodes and a router that are rows.</summary>
public abstract class PromotionLoops(TestPostgres server) : IAsyncLifetime
{
    private protected static readonly Actor Ada = Actor.User("ada");

    private protected readonly TestDatabase database = new(server);
    private readonly TemporaryFolder folder = new();
    private readonly List<WebApplication> workers = [];
    private protected RowFleet fleet = null!;
    private protected Model model = null!;

    /// <summary>More settings of the workers.</summary>
    private protected virtual string[] Settings => [];

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        fleet = new RowFleet(database);
        await fleet.StartAsync("node-1", "node-2", "node-3");
        await using var db = database.Open();
        model = Model.Create("risk.credit", new ModelDescription(), Ada, DateTimeOffset.UtcNow).Value;
        db.Models.Add(model);
        await db.CommitAsync(new ModelCreated(model.Name), Ada, Ct);
        for (var i = 0; i < 2; i++)
        {
            var worker = ModelHub.Worker.Program.Create(
                ["--Database", database.ConnectionString, "--Api", "http://127.0.0.1:9", "--Data", Path.Combine(folder.Path, $"{i}"), "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning", .. Settings]);
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
        GC.SuppressFinalize(this);
    }

    private protected async Task<Version> RegisterAsync(double auc, long size = 1_000)
    {
        await using var db = database.Open();
        var now = DateTimeOffset.UtcNow;
        var number = await db.TakeVersionNumberAsync(model.Id, Ct);
        var registration = new VersionRegistration($"sha256:{number:D64}", size, "onnx") { Description = new(Metrics: [new Metric("auc", auc)]) };
        var version = Version.Register(model.Id, number, registration, Ada, now).Value;
        var signature = new Signature([new TensorSpec("x", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]);
        Assert.Null(version.Accept(signature, [], ArtifactScan.NotApplicable, now));
        db.Versions.Add(version);
        Assert.Null(await db.CommitAsync(new VersionRegistered(model.Name, number, version.Digest), Ada, Ct));
        return version;
    }

    private protected async Task<PromotionId> PromoteAsync(Version version, string environment, RolloutPlan? plan = null, WatchPolicy? watch = null)
    {
        await using var db = database.Open();
        var now = DateTimeOffset.UtcNow;
        var place = await db.Environments.SingleAsync(e => e.Name == environment, Ct);
        var endpoint = await db.Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null)).SingleOrDefaultAsync(e => e.ModelId == model.Id && e.EnvironmentId == place.Id, Ct);
        if (endpoint is null) db.Endpoints.Add(endpoint = Endpoint.Open(model.Id, place.Id, now));
        var promotion = Promotion.Open(new(version, model.Name, place, endpoint.Id, endpoint.Primary()?.VersionId, null, null, plan, watch), Ada, now).Value;
        db.Promotions.Add(promotion);
        Assert.Null(await db.CommitAsync(new PromotionRequested(promotion.Id.Value, model.Name, version.Number, environment, promotion.Plan), Ada, Ct));
        return promotion.Id;
    }

    private protected async Task ApproveAsync(PromotionId id)
    {
        await InStateAsync(id, PromotionState.AwaitingApproval);
        await Eventually.Holds(async () =>
        {
            await using var db = database.Open();
            var promotion = await db.Promotions.Include(p => p.Approvals).SingleAsync(p => p.Id == id, Ct);
            Assert.Null(promotion.Approve(Actor.User("bob"), null, DateTimeOffset.UtcNow));
            // A loop that wrote its reason for waiting in the same moment may win once.
            return await db.CommitAsync(new PromotionApproved(id.Value, model.Name, 0, "production", null), Actor.User("bob"), Ct) is null;
        }, what: "The approval");
    }

    private protected async Task AdoptAsync(string environment, Policy policy)
    {
        await using var db = database.Open();
        var place = await db.Environments.SingleAsync(e => e.Name == environment, Ct);
        var version = place.Adopt(policy, Ada, null, DateTimeOffset.UtcNow).Value;
        db.PolicyVersions.Add(version);
        Assert.Null(await db.CommitAsync(new EnvironmentPolicyChanged(environment, policy, version.Number, version.Digest, null), Ada, Ct));
    }

    private protected Task<Promotion> InStateAsync(PromotionId id, PromotionState state) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.Promotions.AsNoTracking().SingleAsync(p => p.Id == id, Ct);
    }, p => p.State == state, what: $"A promotion that is {state}");

    private protected Task<int?> EventuallyChampionAsync(int number) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.Aliases.Where(a => a.Name == Alias.Champion).Select(a => (int?)a.Version.Number).SingleOrDefaultAsync(Ct);
    }, n => n == number, what: $"The champion {number}");
}
