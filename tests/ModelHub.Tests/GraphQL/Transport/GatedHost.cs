using System.Security.Claims;
using System.Text.Json;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>A host whose query <c>held</c> is answered when the test says so, and whose callers expire when the test wants it.</summary>
internal sealed class GatedHost : IAsyncDisposable
{
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int held;

    public required WebApplication App { get; init; }

    public HttpClient Client { get; } = new();

    /// <summary>How many resolvers wait.</summary>
    public int Held => held;

    public static async Task<GatedHost> StartAsync(Action<GraphQLOptions> configure, DateTimeOffset? expires = null, ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        GatedHost? host = null;
        builder.Services.AddGraphQL(configure).AddType(typeof(Query)).AddType(typeof(Ticks)).AddParameter(_ => host!);
        var app = builder.Build();
        app.Use((http, next) =>
        {
            if (expires is { } at)
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada"), new Claim("exp", $"{at.ToUnixTimeSeconds()}")], "test"));
            return next(http);
        });
        app.UseWebSockets();
        app.MapGraphQL();
        app.MapGraphQLIde();
        host = new GatedHost { App = app };
        await app.StartAsync(TestContext.Current.CancellationToken);
        host.Client.BaseAddress = new Uri(app.Urls.Single());
        return host;
    }

    public void Open() => gate.TrySetResult();

    public Task<HttpResponseMessage> PostAsync(string query, object? variables = null, string? accept = null, string? cost = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables }) };
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        if (cost is not null)
            request.Headers.Add("GraphQL-Cost", cost);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> AskAsync(string query, object? variables = null, string? cost = null)
    {
        using var answer = await PostAsync(query, variables, cost: cost);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Open();
        Client.Dispose();
        return App.DisposeAsync();
    }

    internal sealed record Book(string Title, int Pages);

    internal sealed class TitleLength : BatchDataLoader<string, string>
    {
        protected override Task<IReadOnlyDictionary<string, string>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(keys.Distinct().ToDictionary(key => key, key => $"{key.Length}"));
    }

    [QueryType]
    internal static class Query
    {
        public static async Task<bool> GetHeldAsync(GatedHost host, CancellationToken ct)
        {
            Interlocked.Increment(ref host.held);
            await host.gate.Task.WaitAsync(ct);
            return true;
        }

        [ListSize(SlicingArguments = ["limit"])]
        public static Book[] GetBooks(string about, int limit) => [.. Enumerable.Range(1, limit).Select(n => new Book(about, n))];

        public static async Task<string?> GetMeasuredAsync(string text, TitleLength lengths, CancellationToken ct) => await lengths.LoadAsync(text, ct);

        public static string? GetBroken() => throw new GraphQLException("It is broken.", "BROKEN");
    }

    [SubscriptionType]
    internal static class Ticks
    {
        [Subscribe(With = nameof(Forever))]
        public static int Tick([EventMessage] int number) => number;

        /// <summary>One event at once, and then none.</summary>
        public static async IAsyncEnumerable<int> Forever([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            yield return 1;
            await Task.Delay(Timeout.Infinite, ct);
        }
    }
}
