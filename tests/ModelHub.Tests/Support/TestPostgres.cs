using ModelHub.Cli.Postgres;
using ModelHub.Migrations;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(TestPostgres))]

namespace ModelHub.Tests.Support;

/// <summary>
/// One PostgreSQL for all tests of a run: the one that MODELHUB_TEST_DB names, else a private one that is started at the
/// first need and thrown away at the end. It holds one migrated template; a class of tests takes a copy of it with
/// <c>IClassFixture&lt;TestDatabase&gt;</c>.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly string template = $"mh_template_{Guid.NewGuid():N}";
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mh-tests-{Guid.NewGuid():N}");
    private readonly Lazy<Task> prepared;
    private EmbeddedPostgres? embedded;
    private string root = "";
    private int copies;

    public TestPostgres() => prepared = new Lazy<Task>(PrepareAsync);

    /// <summary>A fresh database with the newest schema and the seeded environments.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CopyAsync()
    {
        await prepared.Value;
        var name = $"{template}_{Interlocked.Increment(ref copies)}";
        await ExecuteAsync(root, $"create database {name} template {template} strategy wal_log");
        return Naming(name);
    }

    /// <summary>Connects to the server for what stands above one database; <paramref name="database"/> need not exist.</summary>
    public async Task<string> AddressOfAsync(string database)
    {
        await prepared.Value;
        return Naming(database);
    }

    public async Task DropAsync(string connectionString) =>
        await ExecuteAsync(root, $"drop database if exists {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
        else if (prepared.IsValueCreated)
        {
            await DropAsync(Naming(template));
        }
    }

    private async Task PrepareAsync()
    {
        root = Environment.GetEnvironmentVariable("MODELHUB_TEST_DB") ?? await StartAsync();
        await ApplyMigrations.RunAsync(Naming(template), CancellationToken.None);
    }

    private async Task<string> StartAsync()
    {
        embedded = await EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions { Durable = false, MaxConnections = 400 });
        return embedded.ConnectionStringTo("postgres");
    }

    private string Naming(string database) => new NpgsqlConnectionStringBuilder(root) { Database = database }.ConnectionString;

    private static async Task ExecuteAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
