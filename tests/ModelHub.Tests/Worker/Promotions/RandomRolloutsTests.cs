using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>
/// Whatever people and machines do in whatever order: shares add up, one version is primary and is the champion, history, record
/// and log tell the same, nobody is routed to a node that is not ready, and nothing is unloaded before it is off the routes. The
/// fleet looks after every change, <see cref="RolloutInvariants"/> after every step. MODELHUB_PROPERTY_SEEDS and
/// MODELHUB_PROPERTY_STEPS make it longer.
/// </summary>
public sealed partial class RandomRolloutsTests(TestPostgres server) : PromotionLoops(server)
{
    private readonly List<string> done = [];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Setting("SEEDS", 2))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_invariants_hold_after_every_step(int seed)
    {
        await using var traffic = new RowTraffic(database);
        traffic.Start();
        var random = new Random(seed);
        var invariants = new RolloutInvariants(database);
        await ApproveAsync(await PromoteAsync(await RegisterAsync(0.8), "production"));
        await EventuallyChampionAsync(1);

        for (var step = Setting("STEPS", 40); step > 0; step--)
        {
            done.Add(await DecideAsync(random, traffic));
            await Task.Delay(random.Next(400), Ct);
            await HoldsAsync(invariants, seed);
        }

        fleet.RouterLags = false;
        done.Add(await ReturnAsync());
        done.Add(await AbortAsync());
        await EndedAsync(seed);
        await HoldsAsync(invariants, seed);
        await using var after = database.Open();
        Assert.All(await after.RolloutVerdicts.ToListAsync(Ct), verdict => Assert.Equal(verdict.Verdict, RolloutVerdict.Recompute(verdict)));
        Assert.Null((await invariants.ChainAsync(Ct)).FirstFault);
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable($"MODELHUB_PROPERTY_{name}") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private async Task HoldsAsync(RolloutInvariants invariants, int seed)
    {
        List<string> broken = [.. await invariants.BrokenAsync(Ct), .. fleet.Gaps];
        Assert.True(broken.Count == 0, $"seed {seed}, {string.Join(", ", done)}: {string.Join("; ", broken)}");
    }

    /// <summary>What is open ends, or waits for approval; every rollback comes to its end.</summary>
    private Task EndedAsync(int seed) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        var open = await db.Promotions.Where(p => PromotionStates.Open.Contains(p.State) && p.State != PromotionState.AwaitingApproval).Select(p => $"{p.State}: {p.Reason}").ToListAsync(Ct);
        var back = await db.Rollbacks.Where(r => r.State == RollbackState.Loading || r.State == RollbackState.Switching).Select(r => $"{r.State}").ToListAsync(Ct);
        return string.Join("; ", open.Concat(back));
    }, open => open.Length == 0, what: $"seed {seed}, {string.Join(", ", done)}: the end of all that was begun");
}
