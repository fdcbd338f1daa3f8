using System.Diagnostics;
using System.Globalization;
using ModelHub.Cli;
using ModelHub.Cli.Postgres;
using ModelHub.Cli.Processes;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private static readonly EmbeddedPostgresOptions quick = new() { Durable = false };

    private readonly string folder = OpenFolder();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_second_start()
    {
        await using (var first = await EmbeddedPostgres.StartAsync(folder, quick, ct))
            await ExecuteAsync(first, "create table kept as select 42 as answer");

        await using var second = await EmbeddedPostgres.StartAsync(folder, quick, ct);

        Assert.Equal("42", await ScalarAsync(second, "select answer from kept"));
        Assert.Equal("modelhub", await ScalarAsync(second, "select current_database()"));
    }

    [Fact]
    public async Task The_server_is_never_root_and_inherits_nothing_of_our_environment()
    {
        Environment.SetEnvironmentVariable("MODELHUB_TEST_SECRET", "hidden");
        await using var server = await EmbeddedPostgres.StartAsync(folder, quick, ct);

        var status = await File.ReadAllLinesAsync($"/proc/{server.ProcessId}/status", ct);
        var environment = await File.ReadAllTextAsync($"/proc/{server.ProcessId}/environ", ct);

        Assert.DoesNotContain("\t0\t", status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)));
        Assert.DoesNotContain("MODELHUB_TEST_SECRET", environment);
        Assert.DoesNotContain("HOME=", environment);
    }

    [Fact]
    public async Task Every_acknowledged_row_survives_kill_9_of_the_server_and_its_children()
    {
        var acknowledged = 0;
        await using (var server = await EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions(), ct))
        {
            await ExecuteAsync(server, "create table rows (n int)");
            await using var connection = await OpenAsync(server);
            for (; acknowledged < 200; acknowledged++)
                await ExecuteAsync(connection, "insert into rows values (1)");
            Posix.Send(Signal.Kill, server.ProcessId);
            await server.ExitAsync(ct);
        }

        await using var again = await EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions(), ct);

        Assert.Equal(acknowledged.ToString(CultureInfo.InvariantCulture), await ScalarAsync(again, "select count(*) from rows"));
    }

    [Fact]
    public async Task A_stale_postmaster_file_that_says_ready_under_a_living_number_is_not_believed()
    {
        await using (await EmbeddedPostgres.StartAsync(folder, quick, ct))
        {
        }

        var stale = Path.Combine(folder, "cluster", "postmaster.pid");
        await File.WriteAllLinesAsync(stale, [Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "x", "1", "5432", "/nowhere", "", "1 1", "ready"], ct);

        await using var server = await EmbeddedPostgres.StartAsync(folder, quick, ct);

        Assert.Equal("1", await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task A_server_that_outlived_its_starter_is_stopped_and_replaced()
    {
        await using (await EmbeddedPostgres.StartAsync(folder, quick, ct))
        {
        }

        var user = Posix.IsRoot ? SystemUser.Unprivileged() : null;
        var cluster = new PostgresCluster(Path.Combine(folder, "cluster"), user);
        var binaries = ReachableBinaries.For(PostgresBinaries.Choose(PostgresBinaries.Installed(), cluster.Major, cluster.Folder), user);
        var socket = SocketFolder.Create(user);
        string[] arguments = ["-D", cluster.PathFor(cluster.Folder), "-k", socket, "-c", "listen_addresses="];
        using var orphan = ChildProcess.Start(PostgresCluster.StartInfo(binaries.Postgres, arguments, cluster.Folder), user, Signal.Kill);
        await UntilAsync(() => PostmasterFile.Read(cluster.Folder) is { Ready: true });

        await using var server = await EmbeddedPostgres.StartAsync(folder, quick, ct);

        Assert.True(orphan.HasExited);
        Assert.False(Directory.Exists(socket));
        Assert.Equal("1", await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task A_folder_below_one_that_only_its_owner_may_pass_is_served()
    {
        var closed = Directory.CreateDirectory(Path.Combine(folder, "closed"), PrivateFile.FolderMode);

        await using var server = await EmbeddedPostgres.StartAsync(Path.Combine(closed.FullName, "postgres"), quick, ct);

        Assert.Equal("1", await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task Data_of_another_major_version_are_refused_by_name()
    {
        Directory.CreateDirectory(Path.Combine(folder, "cluster"));
        await File.WriteAllTextAsync(Path.Combine(folder, "cluster", "PG_VERSION"), "12\n", ct);

        var refused = await Assert.ThrowsAsync<BrokenWorldException>(() => EmbeddedPostgres.StartAsync(folder, quick, ct));

        Assert.Contains("PostgreSQL 12", refused.Message);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused()
    {
        await using var first = await EmbeddedPostgres.StartAsync(folder, quick, ct);

        var refused = await Assert.ThrowsAsync<BrokenWorldException>(() => EmbeddedPostgres.StartAsync(folder, quick, ct));

        Assert.Contains(folder, refused.Message);
        Assert.Equal("1", await ScalarAsync(first, "select 1"));
    }

    private static string OpenFolder()
    {
        var made = Directory.CreateTempSubdirectory("modelhub-test-").FullName;
        File.SetUnixFileMode(made, PrivateFile.FolderMode | UnixFileMode.OtherExecute);
        return made;
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "The condition did not come true in 20 s.");
            await Task.Delay(20, ct);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(EmbeddedPostgres server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(ct);
        return connection;
    }

    private async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = await OpenAsync(server);
        await ExecuteAsync(connection, sql);
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<string?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = await OpenAsync(server);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }
}
