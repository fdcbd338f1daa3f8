using Microsoft.EntityFrameworkCore;
using ModelHub.Cli.Postgres;
using ModelHub.Cli.Processes;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Migrations;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Router;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using PlacementState = ModelHub.Domain.Rollouts.PlacementState;

namespace ModelHub.Tests.Api.Predictions;

/// <summary>The real api and the real router over a PostgreSQL of their own, which is killed again and again while requests are written down.</summary>
public sealed class LedgerOutageTests : IAsyncLifetime
{
    private const int Kills = 3;
    private const int Between = 40;
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"mh-ledger-{Guid.NewGuid():N}")).FullName;
    private EmbeddedPostgres postgres = null!;
    private WebApplication api = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        postgres = await EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions(), Ct);
        postgres.KeepRunning(_ => { });
        await ApplyMigrations.RunAsync(postgres.ConnectionString, Ct);
        api = ModelHub.Api.Program.Create([
            $"--Database={postgres.ConnectionString}", $"--Data={Path.Combine(folder, "api")}", $"--JoinToken={ApiHost.JoinToken}", "--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await api.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_database_that_dies_again_and_again_fails_no_request_and_nothing_is_lost_but_what_the_counts_admit()
    {
        await using var node = FakeNode.Saying("""{"predictions":[{"label":"good"}]}""");
        var (endpoint, token) = await ServeAsync(node);
        await using var router = await RouterHost.StartAsync(ApiHost.AddressOf(api), ApiHost.JoinToken, token);
        await Eventually.Is(() => AskAsync(router, "warm"), status => status == 200, what: "a routed request");
        var asked = new List<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            await AskManyAsync(router, asked);
            Posix.Send(Signal.Kill, postgres.ProcessId);
            await AskManyAsync(router, asked);
            await Eventually.Is(() => StoredAsync(endpoint), stored => stored is not null, what: "a database that answers");
        }
        await AskManyAsync(router, asked);

        var total = await Eventually.Is<LedgerCount?>(() => StoredAsync(endpoint), count => count?.Sampled > asked.Count, TimeSpan.FromSeconds(30), "all are told");
        await using var db = api.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext();
        var written = await db.Predictions.AsNoTracking().Where(p => p.EndpointId == endpoint).Select(p => p.RequestId).ToListAsync(Ct);
        Assert.Equal(written.Count, written.Distinct().Count());
        Assert.Equal((total!.Sampled, total.Stored), (1 + asked.Count, written.Count));
        var totals = (await ReadLedgerTotals.RunAsync(db, [endpoint], Ct))[endpoint];
        Assert.Equal(asked.Append("warm").Except(written).LongCount(), totals.Lost);
        Assert.InRange(totals.Lost, 0, asked.Count / 2);
    }

    private static async Task AskManyAsync(RouterHost router, List<string> asked)
    {
        for (var i = 0; i < Between; i++)
        {
            var id = $"r-{asked.Count}";
            Assert.Equal(200, await AskAsync(router, id));
            asked.Add(id);
        }
    }

    private static async Task<int> AskAsync(RouterHost router, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/staging/predict/outage.model") { Content = JsonContent.Create(new[] { new { age = 30 } }) };
        request.Headers.Add("x-request-id", id);
        using var answer = await router.Http.SendAsync(request, Ct);
        return (int)answer.StatusCode;
    }

    /// <summary>Null while the database is away, and before the first.</summary>
    private async Task<LedgerCount?> StoredAsync(EndpointId endpoint)
    {
        try
        {
            await using var db = api.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext();
            return await db.LedgerCounts.AsNoTracking().SingleOrDefaultAsync(c => c.EndpointId == endpoint, Ct);
        }
        catch (Exception failure) when (Outage.Is(failure))
        {
            return null;
        }
    }

    private async Task<(EndpointId Endpoint, string Token)> ServeAsync(FakeNode node)
    {
        await using var db = api.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext();
        var now = DateTimeOffset.UtcNow;
        var model = ModelHub.Domain.Models.Model.Create("outage.model", new ModelHub.Domain.Models.ModelDescription(), Sample.Ada, now).Value;
        var version = ModelHub.Domain.Models.Version.Register(model.Id, 1, new ModelHub.Domain.Models.VersionRegistration(ModelHub.Domain.Basics.Digest.Of([1]).Value, 1, "onnx"), Sample.Ada, now).Value;
        var endpoint = Endpoint.Open(model.Id, (await db.Environments.SingleAsync(e => e.Name == "staging", Ct)).Id, now);
        Assert.Null(endpoint.KeepPredictions(new LedgerPolicy(1, PerSecond: 10_000), [1], now));
        var holder = InferenceNode.Join(new NodeIntroduction("n1", node.Address, ["onnx"], 1 << 30, 2, "test"), "mhn_test", [1], now).Value;
        var placement = Placement.Want(endpoint.Id, version.Id, holder.Id, now);
        placement.Observe(PlacementState.Ready, null, 1, 1, now);
        endpoint.Shift(version.Id, 1, now.AddHours(1), now);
        db.AddRange(model, version, endpoint, holder, placement);
        await db.BumpAsync(Numbered.Routes, Ct);
        Assert.Null(await db.CommitAsync([], Sample.Ada, Ct));
        var issued = await ModelHub.Api.Access.IssueToken.RunAsync(
            db, "caller", [TokenScope.Infer], [new Grant(Role.Contributor, Grant.Any, Grant.Any)], limit: null, TimeSpan.FromDays(1), Sample.Ada, now, Ct);
        return (endpoint.Id, issued.Value.Secret);
    }
}
