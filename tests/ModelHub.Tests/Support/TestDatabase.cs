using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using Xunit;

namespace ModelHub.Tests.Support;

/// <summary>
/// A database of its own for a class of tests, migrated and seeded:
/// <code>
/// public sealed class PromotionTests(TestDatabase database) : IClassFixture&lt;TestDatabase&gt;
/// {
///     await using var db = database.Open();                    // a context; one per step of a test
///     Host.Create(["--Database", database.ConnectionString]);  // a real host on it
/// }
/// </code>
/// Tests of a class run one after the other and share it; a test that needs an empty one takes <see cref="TestPostgres.CopyAsync"/>.
/// </summary>
public sealed class TestDatabase(TestPostgres server) : IAsyncLifetime
{
    private ServiceProvider services = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>What <c>AddModelHubDatabase</c> registers, on this database.</summary>
    public IServiceProvider Services => services;

    public Changes Changes => services.GetRequiredService<Changes>();

    public ChangeFeed Feed => services.GetRequiredService<ChangeFeed>();

    public ModelHubDb Open() => services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext();

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await server.CopyAsync();
        services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole())
            .AddModelHubDatabase(ConnectionString)
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await server.DropAsync(ConnectionString);
    }
}
