using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelHub.Cli.Postgres;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Stack;

/// <summary>Everything on this machine: a private PostgreSQL (or the one MODELHUB__DATABASE names), and every host as a child process.</summary>
internal sealed class LocalStack : IAsyncDisposable
{
    private static readonly TimeSpan readyBound = TimeSpan.FromMinutes(3);

    private readonly StackOptions options;
    private readonly Screen screen;
    private readonly FolderLock held;
    private readonly List<SupervisedHost> hosts = [];
    private EmbeddedPostgres? postgres;

    private LocalStack(StackOptions options, Screen screen, FolderLock held)
    {
        this.options = options;
        this.screen = screen;
        this.held = held;
    }

    public Connection Connection { get; private set; } = null!;

    /// <summary>Signs the administrator in at the console, once.</summary>
    public string LoginLink { get; private set; } = "";

    public IReadOnlyList<SupervisedHost> Hosts => hosts;

    private string Logs => Path.Combine(options.Data, "logs");

    /// <summary>Starts all and returns when everything is ready; connection.json stands then.</summary>
    /// <exception cref="BrokenWorldException">The folder is in use, a port is taken, or something does not start.</exception>
    public static async Task<LocalStack> StartAsync(StackOptions options, Screen screen, CancellationToken ct)
    {
        options = options with { Data = Path.GetFullPath(options.Data) };
        DataFolder.Prepare(options.Data);
        var held = FolderLock.TryTake(options.Data) ?? throw DataFolder.InUse(options.Data);
        var stack = new LocalStack(options, screen, held);
        try
        {
            await stack.StartAsync(ct);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the hosts, then the database.</summary>
    public async ValueTask DisposeAsync()
    {
        Connection.Forget(options.Data);
        await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
        if (postgres is not null)
            await postgres.DisposeAsync();
        DataFolder.ForgetOwner(options.Data);
        held.Dispose();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        Connection.Forget(options.Data);
        DataFolder.WriteOwner(options.Data);
        await FreePorts.EnsureAsync(options, ct);
        var database = await DatabaseAsync(ct);
        var joinToken = PrivateFile.ReadOrCreate(Path.Combine(options.Data, "join-token"), () => RandomNumberGenerator.GetHexString(64, lowercase: true));
        var secretsKey = PrivateFile.ReadOrCreate(Path.Combine(options.Data, "secrets-key"), () => RandomNumberGenerator.GetHexString(64, lowercase: true));
        var plan = new StackPlan(options, database, joinToken, secretsKey);
        await TimedAsync("migrations", () => OneShot.RunAsync(plan.Migrations, Logs, ct));
        hosts.AddRange(plan.Hosts().Select(host => SupervisedHost.Start(host, Logs, screen)));
        var administrator = BootstrapAsync(plan, ct);
        await FirstFaultOrAllAsync([administrator, .. ReadyHosts(ct)]);
        var (code, token) = await administrator;
        LoginLink = $"{plan.Console}/login?code={code}";
        Connection = new Connection(plan.Api, plan.Console, plan.Router, token, options.Data);
        Connection.Write();
    }

    private async Task<string> DatabaseAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("MODELHUB__DATABASE") is { Length: > 0 } external)
        {
            screen.Say("  database     the one that MODELHUB__DATABASE names");
            return external;
        }

        await TimedAsync("postgres", async () => postgres = await EmbeddedPostgres.StartAsync(Path.Combine(options.Data, "postgres"), ct: ct));
        postgres!.KeepRunning(screen.Note);
        return postgres.ConnectionString;
    }

    private async Task<Administrator> BootstrapAsync(StackPlan plan, CancellationToken ct)
    {
        var api = plan.Hosts()[0] with { Name = "bootstrap-admin", Port = null };
        var printed = await OneShot.RunAsync(api, Logs, ct, "bootstrap-admin");
        var document = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(line => line.StartsWith('{'));
        return document is null
            ? throw new BrokenWorldException($"bootstrap-admin printed no document:\n{printed}")
            : JsonSerializer.Deserialize(document, ConnectionJson.Default.Administrator)!;
    }

    private IEnumerable<Task> ReadyHosts(CancellationToken ct)
    {
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var clock = Stopwatch.StartNew();
        return hosts.Select(async host =>
        {
            await host.ReadyAsync(http, readyBound, ct);
            screen.Say(Line(host.Name, clock.Elapsed));
        });
    }

    /// <summary>What cannot come is said at once, not when the last of the others is there.</summary>
    private async Task FirstFaultOrAllAsync(List<Task> tasks)
    {
        using var bar = new ProgressBar(screen, "Starting");
        var done = 0;
        await foreach (var ended in Task.WhenEach(tasks))
        {
            await ended;
            bar.Report(++done / (double)tasks.Count);
        }
    }

    private async Task TimedAsync(string name, Func<Task> step)
    {
        var clock = Stopwatch.StartNew();
        await step();
        screen.Say(Line(name, clock.Elapsed));
    }

    private static string Line(string name, TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $"  {name,-12} ready in {took.TotalSeconds:0.0} s");
}
