using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.Database;

public sealed class BrokenConnectionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>From this use of a text on, the driver has the server prepare it.</summary>
    private const int Prepares = 5;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Prepares - 1)]
    [InlineData(Prepares)]
    [InlineData(Prepares + 1)]
    public async Task A_connection_that_breaks_fails_its_own_query_and_none_after_it(int use)
    {
        database.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        await using var db = database.Open();
        for (var earlier = 1; earlier < use; earlier++)
            await AskAsync(db);
        await BreakAsync(db);

        var failure = await Record.ExceptionAsync(() => AskAsync(db));
        Assert.True(failure is not null && Outage.Is(failure), $"{failure}");
        for (var later = 0; later < 2 * Prepares; later++)
            Assert.Equal(1, await AskAsync(db));
    }

    private static Task<int> AskAsync(ModelHubDb db) => db.Database.SqlQuery<int>($"select 1 as \"Value\"").SingleAsync(Ct);

    private async Task BreakAsync(ModelHubDb db)
    {
        await db.Database.OpenConnectionAsync(Ct);
        var process = ((NpgsqlConnection)db.Database.GetDbConnection()).ProcessID;
        await db.Database.CloseConnectionAsync();
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync(Ct);
        await using var terminate = new NpgsqlCommand("select pg_terminate_backend($1, 10000)", other) { Parameters = { new() { Value = process } } };
        Assert.Equal(true, await terminate.ExecuteScalarAsync(Ct));
    }
}
