using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Migrations;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Database;

public sealed class SchemaTests(TestPostgres server)
{
    /// <summary>Values that the hub makes itself, randomly or under a lock: a violation is a bug and throws.</summary>
    private static readonly string[] Unreachable =
    [
        "uq_data_versions_dataset_number", "uq_events_id", "uq_events_position", "uq_login_links_key",
        "uq_nodes_key", "uq_nodes_name", "uq_routers_key", "uq_routers_name", "uq_service_tokens_key", "uq_training_trials_number", "uq_versions_model_number", "uq_webhook_deliveries_event",
    ];

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_who_migrate_a_missing_database_at_once_leave_one_that_is_seeded_once()
    {
        var address = await server.AddressOfAsync($"mh_migrated_{Guid.NewGuid():N}");

        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ApplyMigrations.RunAsync(address, ct)));

        await using var db = ApplyMigrations.Open(address);
        var environments = await db.Environments.OrderBy(e => e.Rank).ToListAsync(ct);
        Assert.Equal(2, applied.Count(a => a == 0));
        Assert.Equal([("staging", 0), ("production", 1)], environments.Select(e => (e.Name, e.Policy.Approvals)));
        await server.DropAsync(address);
    }

    [Fact]
    public async Task A_transaction_that_nobody_goes_on_with_is_ended_by_the_server()
    {
        await using var source = AddDatabase.OpenDataSource(await server.AddressOfAsync("postgres"));
        await using var first = source.CreateCommand("show idle_in_transaction_session_timeout");
        await using var second = source.CreateCommand("show idle_in_transaction_session_timeout");

        Assert.Equal("1min", await first.ExecuteScalarAsync(ct));
        Assert.Equal("1min", await second.ExecuteScalarAsync(ct));
    }

    [Fact]
    public void The_migrations_tell_the_whole_model()
    {
        using var db = ApplyMigrations.Open("Host=nowhere");

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void Every_unique_constraint_that_input_can_violate_is_a_refusal()
    {
        using var db = ApplyMigrations.Open("Host=nowhere");
        var constraints = db.Model.GetEntityTypes().SelectMany(e => e.GetIndexes()).Where(i => i.IsUnique).Select(i => i.GetDatabaseName()!).ToList();

        var unjudged = constraints.Where(name => Refusals.Of(name, new DbUpdateException()) is null);

        Assert.Equal(Unreachable, unjudged.Order());
    }
}
