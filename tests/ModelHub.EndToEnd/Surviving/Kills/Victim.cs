using System.Diagnostics;
using System.Globalization;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>What is killed.</summary>
internal enum Victim
{
    Worker,

    /// <summary>The worker, while a receiver has a message of it that is not answered yet.</summary>
    SendingWorker,
    Api,
    Router,
    Node,
    Postgres,
}

internal static class Victims
{
    private static readonly string[] Readiness = ["api", "console", "router", "first node", "second node", "worker"];

    /// <summary>Ends one process of the kind without a word, as <c>kill -9</c> does; the stack starts it again.</summary>
    public static void Kill(this Stack stack, Victim victim, Random random)
    {
        var ids = Candidates(stack, victim);
        using var process = Process.GetProcessById(ids[random.Next(ids.Count)]);
        process.Kill();
    }

    /// <summary>The database's first process; null while there is none.</summary>
    public static Process? PostgresProcess(this Stack stack)
    {
        try
        {
            var id = int.Parse(File.ReadLines(Path.Combine(stack.Data, "postgres", "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            // The file of one that was killed stays, and its number may be another's by now.
            return ProcessTree.Of(stack.ProcessId).Contains(id) ? Process.GetProcessById(id) : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or FormatException)
        {
            // It is not there, or is about to write its file.
            return null;
        }
    }

    /// <summary>Every host of a stack with one router and two nodes answers that it is ready, and so does the database behind them.</summary>
    public static async Task AllReadyAsync(this Stack stack, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var i = 0; i < Readiness.Length; i++)
        {
            var url = new Uri($"http://127.0.0.1:{stack.Port + i}/healthz/ready");
            await Eventually.HoldsAsync($"the {Readiness[i]} is ready again", () => AnswersAsync(http, url, ct), TimeSpan.FromSeconds(60), ct);
        }
    }

    private static List<int> Candidates(Stack stack, Victim victim) => victim switch
    {
        Victim.Postgres => [int.Parse(File.ReadLines(Path.Combine(stack.Data, "postgres", "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture)],
        Victim.SendingWorker => ProcessTree.Running(stack.ProcessId, "ModelHub.Worker"),
        _ => ProcessTree.Running(stack.ProcessId, $"ModelHub.{victim}"),
    };

    private static async Task<bool> AnswersAsync(HttpClient http, Uri url, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(url, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            // It does not listen yet, or is too busy to answer in time.
            return false;
        }
    }
}
