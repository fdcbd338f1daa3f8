using System.Net.Sockets;
using System.Text.Json;
using ModelHub.Domain.Events;
using ModelHub.Hosting;
using Npgsql;

namespace ModelHub.Api.Access;

/// <summary><c>bootstrap-admin</c>: for who holds the database, a way in. Prints a one-time login code and a fresh administrator token as JSON.</summary>
internal static class BootstrapAdminVerb
{
    private const string Admin = "admin";
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(90);

    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables("MODELHUB__").AddCommandLine(args).Build();
        var settings = new Settings(configuration);
        var connection = settings.Required("Database");
        var minutes = settings.Number("Access:LoginLinkMinutes", 60, 1, 7 * 24 * 60);
        settings.ThrowIfFaulty();

        await using var services = new ServiceCollection().AddLogging().AddModelHubDatabase(connection).BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContextAsync();
        try
        {
            var (code, token) = await MakeAsync(db, TimeSpan.FromMinutes(minutes), TimeProvider.System.GetUtcNow());
            Console.WriteLine(JsonSerializer.Serialize(new { loginCode = code, token }));
            return 0;
        }
        catch (Exception failure) when (failure.GetBaseException() is NpgsqlException or SocketException)
        {
            await Console.Error.WriteLineAsync($"The database cannot be used: {failure.GetBaseException().Message}");
            return 1;
        }
    }

    private static async Task<(string Code, string Token)> MakeAsync(ModelHubDb db, TimeSpan linkLifetime, DateTimeOffset now)
    {
        var actor = Actor.System("bootstrap");
        var user = await EnsureAdminAsync(db, actor, now);
        var code = Secrets.New(LoginLink.CodePrefix);
        var link = LoginLink.Create(user.Id, code, actor, now + linkLifetime, now);
        db.LoginLinks.Add(link);
        if (await db.CommitAsync(new LoginLinkCreated(user.Name, link.ExpiresAt), actor, CancellationToken.None) is { } refused)
            throw new InvalidOperationException(refused.Message);

        var name = $"bootstrap-{now.ToUnixTimeMilliseconds()}";
        var issued = await IssueToken.RunAsync(
            db, name, [TokenScope.Admin], [new Grant(Role.Admin, Grant.Any, Grant.Any)], limit: null, TokenLifetime, actor, now, CancellationToken.None);
        return (code.Text, issued.Value.Secret);
    }

    private static async Task<User> EnsureAdminAsync(ModelHubDb db, Actor actor, DateTimeOffset now)
    {
        if (await db.Users.SingleOrDefaultAsync(u => u.Name == Admin) is { } present)
            return present;
        var user = User.Create(Admin, "Administrator", now).Value;
        db.Users.Add(user);
        db.RoleBindings.Add(RoleBinding.Bind(user.Id, new Grant(Role.Admin, Grant.Any, Grant.Any), actor, now).Value);
        // Two at once: the name is taken, and whoever took it is the one.
        return await db.CommitAsync(new UserCreated(Admin), actor, CancellationToken.None) is null
            ? user
            : await db.Users.AsNoTracking().SingleAsync(u => u.Name == Admin);
    }
}
