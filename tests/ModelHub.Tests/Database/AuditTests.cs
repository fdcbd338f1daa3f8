using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Events;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Database;

public sealed class AuditTests(TestPostgres server) : IAsyncLifetime
{
    /// <summary>Ten of ours, besides two environments and the ready rules of a fresh database.</summary>
    private static readonly int Written = 10 + 2 + ReadyRules.All.Count;

    private readonly TestDatabase database = new(server);
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        for (var i = 0; i < 10; i++)
            await CommitAsync($"audit.m{i}");
        await SealAllAsync();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task An_untouched_chain_verifies_and_grows()
    {
        var before = await VerifyAsync();
        await CommitAsync("audit.more");
        await SealAllAsync();
        var after = await VerifyAsync();

        Assert.Equal((true, (long)Written), (before.Ok, before.EventsChecked));
        Assert.Equal((true, Written + 1L), (after.Ok, after.EventsChecked));
    }

    [Theory]
    [InlineData("update events set actor = 'user:eve' where sequence = 5", 5)]
    [InlineData("update events set data = '[]' where sequence = 5", 5)]
    [InlineData("update events set at = at + interval '1 microsecond' where sequence = 5", 5)]
    [InlineData("update events set hash = sha256('') where sequence = 5", 5)]
    public async Task A_changed_row_is_found(string tampering, long sequence)
    {
        await ExecuteAsync(tampering);

        var verification = await VerifyAsync();

        Assert.Equal(new AuditFault(sequence, "it was changed after it was sealed"), verification.FirstFault);
    }

    [Fact]
    public async Task A_missing_row_is_found()
    {
        await ExecuteAsync("delete from events where sequence = 5");

        var verification = await VerifyAsync();

        Assert.Equal(new AuditFault(6, "event 5 of the chain is missing before it"), verification.FirstFault);
    }

    [Fact]
    public async Task Rows_cut_off_at_the_end_are_found()
    {
        await ExecuteAsync("delete from events where sequence > 10");

        var verification = await VerifyAsync();

        Assert.Equal(new AuditFault(0, $"events 11 to {Written} of the chain are missing at its end"), verification.FirstFault);
    }

    [Fact]
    public async Task A_row_put_in_behind_the_seal_is_found()
    {
        await ExecuteAsync(
            "insert into events (id, type, subject, actor, data, xid) select gen_random_uuid(), type, subject, actor, data, xid from events where sequence = 5");

        var verification = await VerifyAsync();

        Assert.Equal("it was put in behind the seal", verification.FirstFault?.Reason);
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_does_not_match_its_seal()
    {
        await ExecuteAsync("update events set actor = 'user:eve', position = null, hash = null, previous_hash = null");
        await ExecuteAsync("create table kept as select * from seals; delete from seals");
        await SealAllAsync();
        await ExecuteAsync("delete from seals; insert into seals select * from kept");

        var verification = await VerifyAsync();

        Assert.Equal("the chain up to it is not the one that was sealed", verification.FirstFault?.Reason);
    }

    private Task<AuditVerification> VerifyAsync() => database.Services.GetRequiredService<VerifyAudit>().RunAsync(ct);

    /// <summary>A transaction elsewhere on the server may hold the last events back for a moment.</summary>
    private async Task SealAllAsync()
    {
        await Eventually.Holds(async () =>
        {
            await database.Services.GetRequiredService<SealEvents>().RunAsync(ct);
            await using var db = database.Open();
            return !await db.Events.AnyAsync(e => e.Position == null, ct);
        });
    }

    private async Task CommitAsync(string model)
    {
        await using var db = database.Open();
        Assert.Null(await db.CommitAsync(new ModelUpdated(model), Actor.User("ada"), ct));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var db = database.Open();
        await db.Database.ExecuteSqlRawAsync(sql, ct);
    }
}
