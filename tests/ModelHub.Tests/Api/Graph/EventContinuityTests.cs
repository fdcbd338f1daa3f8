using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Cli.Postgres;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Migrations;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;
using Program = ModelHub.Api.Program;

namespace ModelHub.Tests.Api.Graph;

/// <summary>
/// Clients follow events while the database is taken from under the host. What they heard is compared with what is stored:
/// every event once, in order, whether the socket stayed or was opened again after the last event seen.
/// </summary>
public sealed class EventContinuityTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Writers = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_told_twice_while_every_connection_is_cut_again_and_again()
    {
        using var admin = await host.AdminAsync();
        await RunAsync(host.App, admin.Token, async more =>
        {
            for (var i = 0; i < 5; i++)
            {
                await CutAsync(host.Database);
                await more();
            }
        });
    }

    [Fact]
    public async Task Nothing_is_lost_or_told_twice_while_the_database_itself_dies_and_comes_back()
    {
        var folder = Directory.CreateTempSubdirectory("mh-continuity-").FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions { MaxConnections = 100 }, Ct);
            postgres.KeepRunning(_ => { });
            await ApplyMigrations.RunAsync(postgres.ConnectionString, Ct);
            await using var app = Program.Create([
                $"--Database={postgres.ConnectionString}", $"--Data={Path.Combine(folder, "api")}", $"--JoinToken={ApiHost.JoinToken}", "--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Critical"]);
            await app.StartAsync(Ct);
            await RunAsync(app, await TokenAsync(app), async more =>
            {
                for (var i = 0; i < 3; i++)
                {
                    using var server = await Eventually.Is(() => Task.FromResult(ServerOf(postgres)), running => running is not null, what: "the server runs");
                    server!.Kill();
                    await server.WaitForExitAsync(Ct);
                    await more();
                }
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Two clients listen and writers write while the trouble lasts; then both must have heard what is stored.</summary>
    /// <param name="trouble">Makes it; it is handed a wait for more events to be written.</param>
    private static async Task RunAsync(WebApplication app, string token, Func<Func<Task>, Task> trouble)
    {
        var start = await NewestAsync(app);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var steady = ListenAsync(app, token, start, reopenEvery: int.MaxValue);
        var restless = ListenAsync(app, token, start, reopenEvery: 7);
        var written = 0;
        var writing = Enumerable.Range(0, Writers).Select(w => WriteAsync(app, w, () => Interlocked.Increment(ref written), over.Token)).ToArray();

        await trouble(() =>
        {
            var wanted = Volatile.Read(ref written) + 20;
            return Eventually.Holds(() => Volatile.Read(ref written) >= wanted, TimeSpan.FromSeconds(60), "the writers write on");
        });
        await over.CancelAsync();
        await Task.WhenAll(writing);
        await Eventually.Holds(() => TryCommitAsync(app, "the.last"), what: "the last event is stored");

        var stored = await StoredAsync(app, start);
        Assert.True(stored.Count >= written, $"{written} were written, {stored.Count} are stored");
        Assert.Equal(stored, await steady);
        Assert.Equal(stored, await restless);
    }

    private static async Task<List<long>> ListenAsync(WebApplication app, string token, long start, int reopenEvery)
    {
        var heard = new List<long>();
        while (true)
        {
            using var socket = await OpenAsync(app, token, heard.Count == 0 ? start : heard[^1]);
            for (var i = 0; i < reopenEvery; i++)
            {
                var row = await socket.NextAsync();
                heard.Add(row.GetProperty("sequence").GetInt64());
                if (row.GetProperty("subject").GetString() == "model:the.last")
                    return heard;
            }
        }
    }

    /// <summary>Without a database nobody can be signed in: the client tries again, as clients do.</summary>
    private static Task<TestSocket> OpenAsync(WebApplication app, string token, long after)
    {
        return Eventually.Is(
            async () =>
            {
                try
                {
                    return await TestSocket.SubscribeAsync(ApiHost.AddressOf(app), token, $"subscription {{ events(after: {after}) {{ sequence subject }} }}");
                }
                catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or InvalidOperationException or Xunit.Sdk.XunitException)
                {
                    return null!;
                }
            },
            opened => opened is not null,
            what: "a client is let in");
    }

    private static async Task WriteAsync(WebApplication app, int writer, Action done, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            if (await TryCommitAsync(app, $"writer{writer}.m{i}"))
                done();
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>False when the connection was cut; the event may be stored all the same.</summary>
    private static async Task<bool> TryCommitAsync(WebApplication app, string model)
    {
        try
        {
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContextAsync(Ct);
            return await db.CommitAsync(new ModelUpdated(model), Actor.System("tests"), Ct) is null;
        }
        catch (Exception cut) when (cut is DbUpdateException || cut.GetBaseException() is DbException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task<long> NewestAsync(WebApplication app)
    {
        Assert.True(await TryCommitAsync(app, "the.first"));
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContextAsync(Ct);
        return await db.Events.MaxAsync(row => row.Sequence, Ct);
    }

    private static async Task<List<long>> StoredAsync(WebApplication app, long start)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContextAsync(Ct);
        var first = await db.Events.AsNoTracking().SingleAsync(row => row.Sequence == start, Ct);
        var rows = await db.Events.AsNoTracking().Where(row => row.Xid > first.Xid).OrderBy(row => row.Xid).ThenBy(row => row.Sequence).ToListAsync(Ct);
        return [.. rows.TakeWhile(row => row.Subject != "model:the.last").Append(rows.First(row => row.Subject == "model:the.last")).Select(row => row.Sequence)];
    }

    /// <summary>Null while it is being started again.</summary>
    private static Process? ServerOf(EmbeddedPostgres postgres)
    {
        try
        {
            return Process.GetProcessById(postgres.ProcessId);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task CutAsync(string address)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var cut = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await cut.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<string> TokenAsync(WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContextAsync(Ct);
        var issued = await ModelHub.Api.Access.IssueToken.RunAsync(
            db, "listener", [TokenScope.Admin], [new Grant(Role.Admin, Grant.Any, Grant.Any)], null, TimeSpan.FromDays(1), Actor.System("tests"), DateTimeOffset.UtcNow, Ct);
        return issued.Value.Secret;
    }
}
