using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using ModelHub.Api;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api;

/// <summary>The real host on port 0, over a database and a data folder of its own; it can be stopped and started again on both.</summary>
public sealed class ApiHost(TestPostgres server) : IAsyncLifetime
{
    public const string JoinToken = "the join token of the tests, long enough";

    private readonly List<WebApplication> apps = [];
    private int tokens;

    public string Database { get; private set; } = "";

    public string Data { get; } = Directory.CreateTempSubdirectory("mh-api-").FullName;

    public IReadOnlyList<string> MoreArguments { get; init; } = [];

    public WebApplication App => apps[0];

    public Uri Address => AddressOf(App);

    public async ValueTask InitializeAsync()
    {
        Database = await server.CopyAsync();
        await StartAsync();
    }

    /// <summary>One more process on the same database and folder.</summary>
    public async Task<WebApplication> StartAsync(params string[] more)
    {
        var app = Program.Create([
            $"--Database={Database}", $"--Data={Data}", $"--JoinToken={JoinToken}", "--Urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Warning", .. MoreArguments, .. more]);
        await app.StartAsync();
        apps.Add(app);
        return app;
    }

    public async Task StopAsync()
    {
        foreach (var app in apps)
            await app.DisposeAsync();
        apps.Clear();
    }

    public static Uri AddressOf(WebApplication app)
        => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public ModelHubDb Open() => App.Services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext();

    public ApiClient Anonymous() => new(new HttpClient { BaseAddress = Address });

    public Task<ApiClient> AdminAsync() => AsAsync([new Grant(Role.Admin, Grant.Any, Grant.Any)]);

    public Task<ApiClient> AsAsync(Role role, string @namespace = Grant.Any, string environment = Grant.Any)
        => AsAsync([new Grant(role, @namespace, environment)]);

    /// <summary>A client with a service token of these grants, and of all scopes unless some are named.</summary>
    public Task<ApiClient> AsAsync(IReadOnlyList<Grant> grants, params TokenScope[] scopes) => IssueAsync(Actor.System("tests"), grants, scopes);

    /// <summary>A client with a token that a person made.</summary>
    public Task<ApiClient> OfPersonAsync(string name, Role role) => IssueAsync(Actor.User(name), [new Grant(role, Grant.Any, Grant.Any)]);

    private async Task<ApiClient> IssueAsync(Actor maker, IReadOnlyList<Grant> grants, params TokenScope[] scopes)
    {
        await using var db = Open();
        var issued = await ModelHub.Api.Access.IssueToken.RunAsync(
            db, $"test-{Interlocked.Increment(ref tokens)}", scopes.Length == 0 ? [TokenScope.Admin] : scopes, grants, limit: null,
            TimeSpan.FromDays(1), maker, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        return WithToken(issued.Value.Secret, issued.Value.ServiceToken.Name);
    }

    public ApiClient WithToken(string token, string name = "")
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(http) { Token = token, TokenName = name };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await server.DropAsync(Database);
        Directory.Delete(Data, recursive: true);
    }
}
