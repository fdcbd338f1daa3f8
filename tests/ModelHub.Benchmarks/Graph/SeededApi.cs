using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;
using ModelHub.Migrations;

namespace ModelHub.Benchmarks.Graph;

/// <summary>The api host alone, in a process of its own, on a database that was filled beforehand.</summary>
internal sealed class SeededApi : IAsyncDisposable
{
    private const string Accept = "application/graphql-response+json, application/json;q=0.9";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "ModelHub.Api.dll");
    private readonly ServerProcess process;
    private readonly DirectoryInfo data;
    private readonly HttpClient http;
    private readonly string token;

    private SeededApi(ServerProcess process, DirectoryInfo data, string token, int models)
    {
        (this.process, this.data, this.token, Models) = (process, data, token, models);
        http = new HttpClient { BaseAddress = process.Address, Timeout = Limit };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd(Accept);
    }

    public int Models { get; }

    public static async Task<SeededApi> StartAsync(string database, int models, int versions, CancellationToken ct)
    {
        await ApplyMigrations.RunAsync(database, ct);
        await Seed.RunAsync(database, Path.Combine("Graph", "seed.sql"), ct, ("models", models), ("versions", versions));
        var made = await OtherProgram.RunAsync("dotnet", [Program, "bootstrap-admin", "--Database", database], Limit, ct);
        var secret = JsonNode.Parse(made.Expect(0).Output)!["token"]!.GetValue<string>();
        var data = Directory.CreateTempSubdirectory("modelhub-bench-");
        var port = FreePorts.Neighbours(1);
        string[] arguments =
        [
            Program, "--Urls", $"http://127.0.0.1:{port}", "--Database", database, "--Data", data.FullName,
            "--JoinToken", new string('0', 32), "--Logging:LogLevel:Default", "Warning",
        ];
        return new(await ServerProcess.StartAsync("dotnet", arguments, port, "/healthz/ready", new Dictionary<string, string>(), null, ct), data, secret, models);
    }

    public Target Target(GraphOperation operation) => new(
        operation.Name, process.Id, new Uri(process.Address, "/graphql"),
        [("Authorization", "Bearer " + token), ("Content-Type", "application/json"), ("Accept", Accept)], operation.Bodies);

    /// <summary>Every request is answered, without an error and with something in it.</summary>
    public async Task CheckAsync(GraphOperation operation, CancellationToken ct)
    {
        foreach (var body in operation.Bodies)
            await DataAsync(body, ct);
    }

    public async Task<JsonNode> DataAsync(byte[] body, CancellationToken ct)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        using var response = await http.PostAsync(new Uri("/graphql", UriKind.Relative), content, ct);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
        return answer["errors"] is null && answer["data"]!.AsObject().All(field => field.Value is not null)
            ? answer["data"]!
            : throw new UnexpectedAnswerException($"{System.Text.Encoding.UTF8.GetString(body)}\n{answer.ToJsonString()}");
    }

    /// <summary>As the host tells Prometheus.</summary>
    public async Task<Figures> FiguresAsync(CancellationToken ct)
    {
        var lines = (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), ct)).Split('\n');
        double Sum(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        return new(Sum("graphql_requests_total"), Sum("db_client_operation_duration_seconds_count"), Sum("dotnet_gc_heap_total_allocated_total"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
        data.Delete(recursive: true);
    }
}
