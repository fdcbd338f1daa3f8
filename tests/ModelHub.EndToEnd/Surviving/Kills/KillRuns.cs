using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>
/// A stack with a model in production, users who ask it, a receiver of webhooks and a subscriber; rollouts follow one another,
/// and in each something is killed.
/// </summary>
internal sealed class KillRuns : IAsyncDisposable
{
    private const int PerSecond = 60;
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MessagePatience = TimeSpan.FromSeconds(10);

    /// <summary>Longer than a worker that is gone keeps a webhook from others.</summary>
    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(90);

    private readonly Stack stack;
    private readonly string model;
    private readonly Registry registry;
    private readonly Rollout rollout;
    private int primary = 1;

    private KillRuns(Stack stack, string model, Graph approver, MessageLog messages, long begun)
    {
        (this.stack, this.model, Messages) = (stack, model, messages);
        registry = new Registry(stack);
        rollout = new Rollout(stack, approver, model);
        Events = new EventLog(stack, begun);
        Requests = new RequestLog(stack, Rollout.Environment, model, PerSecond);
        Routes = new RoutesWatch(stack, model, Rollout.Environment);
    }

    public MessageLog Messages { get; }

    public EventLog Events { get; }

    public RequestLog Requests { get; }

    public RoutesWatch Routes { get; }

    public RoutingAgainstRequests Routing => new(stack, model, Routes);

    public static async Task<KillRuns> StartAsync(CancellationToken ct)
    {
        var stack = await Stack.StartAsync(ct, environment: new Dictionary<string, string> { ["MODELHUB__WEBHOOKS__ALLOWEDNETWORKS"] = "127.0.0.0/8" });
        var approver = await stack.PersonAsync("APPROVER", ct);
        var model = await stack.ModelWithVersionAsync("killed", 1, ct);
        await stack.Admin.ChangeAsync("updateEnvironmentPolicy", new { environment = Rollout.Environment, policy = Rollout.Policy }, "environment { name }", ct);
        var first = new Rollout(stack, approver, model);
        var messages = await MessageLog.StartAsync();
        await stack.Admin.ChangeAsync("createWebhook", new { name = "all", url = messages.Url }, "webhook { name }", ct);
        var begun = (await stack.Admin.AskAsync("{ events(first: 1) { nodes { sequence } } }", null, ct))["events"]!["nodes"]![0]!["sequence"]!.GetValue<long>();
        await first.EndAsync(await first.BeginAsync(1, 0, ct), EndLimit, ct);
        return new KillRuns(stack, model, approver, messages, begun);
    }

    public async Task<KillRun> RunAsync(int seed, Victim victim, CancellationToken ct)
    {
        var random = new Random(seed);
        var bad = random.Next(4) == 0;
        var stages = bad ? random.Next(1, 3) : random.Next(3);
        var moment = TimeSpan.FromSeconds(random.NextDouble() * (2 + 2 * stages));
        var number = await registry.AddVersionAsync(model, bad ? TinyModel.Failing() : TinyModel.Scale(await NextAsync(ct)), ct);
        var before = Requests.Count;
        var looked = Routes.Faults.Count;
        var clock = Stopwatch.StartNew();
        var promotion = await rollout.BeginAsync(number, stages, ct);
        var ending = rollout.EndAsync(promotion, EndLimit, ct);

        await Task.Delay(moment, ct);
        await KillAsync(victim, random, ct);

        var ended = await ending;
        var took = clock.Elapsed;
        await stack.AllReadyAsync(ct);
        var state = ended["state"]!.GetValue<string>();
        primary = state == "LIVE" ? number : primary;
        var asked = Requests.Since(before);
        // Whoever was connected to the router that died, or came before the next one listened.
        var broken = asked.Where(one => one.Broken && victim == Victim.Router).ToHashSet();
        List<string> faults =
        [
            .. await new Standing(stack, model, Events).FaultsAsync(number, primary, bad, ct), .. Routes.Faults.Skip(looked), .. EndFaults(ended, bad),
            .. asked.Where(one => one.Fault is not null && !broken.Contains(one)).Select(one => $"a request of {one.Sent:HH:mm:ss.fff} was lost: {one.Fault}"),
        ];
        return new(seed, victim, moment, bad, stages, state, took, asked.Count, broken.Count, faults);
    }

    /// <summary>Waits until the receiver has every event, in order, and again what was sent by a worker that could not record it.</summary>
    /// <returns>what is still not true at the bound</returns>
    public async Task<IReadOnlyList<string>> MessageFaultsAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var faults = MessageFaults();
            if (faults.Count == 0 || clock.Elapsed > MessageLimit)
                return faults;
            await Task.Delay(100, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Routes.DisposeAsync();
        await Requests.DisposeAsync();
        await Events.DisposeAsync();
        registry.Dispose();
        await stack.DisposeAsync();
        await Messages.DisposeAsync();
    }

    /// <summary>A good version comes to all traffic and a bad one is rolled back, whatever is killed.</summary>
    private static IEnumerable<string> EndFaults(JsonNode ended, bool bad)
    {
        if (Rollout.FaultOf(ended) is { } path)
            yield return path;
        if (ended["state"]!.GetValue<string>() != (bad ? "ROLLED_BACK" : "LIVE"))
            yield return $"a {(bad ? "bad" : "good")} version is {ended["state"]}: {ended["reason"]}";
    }

    private List<string> MessageFaults()
    {
        // The interrupted first: each of them is among the messages then.
        var (interrupted, messages, logged) = (Messages.Interrupted, Messages.Messages, Events.Sequences);
        // In the order in which each came first.
        var arrived = messages.Select(message => message.Event).Distinct().ToList();
        var faults = logged.Except(arrived).Select(sequence => $"event {sequence} did not come as a message").ToList();
        if (!logged.Intersect(arrived).SequenceEqual(arrived.Intersect(logged)))
            faults.Add("messages came in another order than that of the log");
        var times = messages.CountBy(message => message.Id).ToDictionary();
        faults.AddRange(interrupted.Where(message => times[message.Id] < 2).Select(message => $"event {message.Event} was sent, its sender died before it was recorded, and it did not come again"));
        return faults;
    }

    private async Task<int> NextAsync(CancellationToken ct) =>
        (await stack.Admin.AskAsync("query($m: String!) { model(name: $m) { latestVersion { number } } }", new { m = model }, ct))["model"]!["latestVersion"]!["number"]!.GetValue<int>() + 1;

    private async Task KillAsync(Victim victim, Random random, CancellationToken ct)
    {
        if (victim != Victim.SendingWorker)
        {
            stack.Kill(victim, random);
            return;
        }
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Messages.AtNext(() =>
        {
            stack.Kill(victim, random);
            killed.SetResult();
        });
        await Task.WhenAny(killed.Task, Task.Delay(MessagePatience, ct));
        // No message came: it dies all the same.
        if (Messages.Forget())
            stack.Kill(victim, random);
    }
}
