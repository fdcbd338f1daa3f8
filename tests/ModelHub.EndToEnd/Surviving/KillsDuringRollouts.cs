using ModelHub.EndToEnd.Surviving.Kills;

namespace ModelHub.EndToEnd.Surviving;

/// <summary>One process of each kind is killed at a random moment of a rollout; <c>./modelhub bench kills</c> does it a hundred times.</summary>
public sealed class KillsDuringRollouts
{
    private const int Seed = 20260502;
    private const int Instants = 1_000;

    [Fact]
    public async Task Each_rollout_ends_as_it_should_and_no_request_event_or_message_is_lost()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var runs = await KillRuns.StartAsync(ct);
        var seen = new List<KillRun>();

        // The worker that dies while it sends keeps its webhook from others for half a minute: it is the first.
        Victim[] victims = [Victim.SendingWorker, Victim.Api, Victim.Router, Victim.Node, Victim.Postgres];
        for (var i = 0; i < victims.Length; i++)
            seen.Add(await runs.RunAsync(Seed + i, victims[i], ct));

        Assert.All(seen, run => Assert.True(run.Faults.Count == 0, run.ToString()));
        Assert.Empty(await runs.MessageFaultsAsync(ct));
        Assert.NotEmpty(runs.Messages.Interrupted);
        var agreement = await runs.Routing.CompareAsync(runs.Requests.Since(0), Instants, new Random(Seed), ct);
        Assert.Empty(agreement.Disagreeing);
        Assert.True(agreement.Settled > agreement.Switching, agreement.ToString());
    }
}
