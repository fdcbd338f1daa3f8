namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>One rollout in which something was killed.</summary>
/// <param name="Seed">With it the same victim dies at the same moment of the same plan.</param>
/// <param name="Moment">After the promotion was asked for.</param>
/// <param name="Bad">The version fails every request.</param>
/// <param name="Stages">Of the plan, before live.</param>
/// <param name="State">In which the promotion ended.</param>
/// <param name="Requests">Of users, while it lasted.</param>
/// <param name="Broken">Connections that ended with the router that was killed, and those refused until it was back.</param>
/// <param name="Faults">What did not hold.</param>
internal sealed record KillRun(
    int Seed, Victim Victim, TimeSpan Moment, bool Bad, int Stages, string State, TimeSpan Took, int Requests, int Broken, IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        $"seed {Seed}: {Victim} after {Moment.TotalMilliseconds:0} ms, {(Bad ? "bad" : "good")} version, {Stages} stages: {State} after {Took.TotalSeconds:0.0} s, {Requests} requests"
        + (Broken > 0 ? $", {Broken} connections broken" : "") + string.Concat(Faults.Select(fault => $"\n  FAULT {fault}"));
}
