using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.Database.Events;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace ModelHub.Database;

/// <summary>Where the database is; never logged, it holds a password.</summary>
public sealed record DatabaseAddress(string ConnectionString)
{
    public override string ToString() => nameof(DatabaseAddress);
}

public static class AddDatabase
{
    private static readonly TimeSpan IdleInTransaction = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Registers the database: <see cref="IDbContextFactory{TContext}"/> of pooled <see cref="ModelHubDb"/>, a scoped
    /// <see cref="ModelHubDb"/>, the <see cref="NpgsqlDataSource"/>, the <see cref="Changes"/>
    /// signal, the <see cref="ChangeFeed"/>, <see cref="SealEvents"/> and <see cref="VerifyAudit"/>.
    /// </summary>
    public static IServiceCollection AddModelHubDatabase(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(new DatabaseAddress(connectionString));
        services.AddSingleton(_ => OpenDataSource(connectionString));
        services.AddPooledDbContextFactory<ModelHubDb>((provider, options) => options.UseModelHub(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<ModelHubDb>>().CreateDbContext());
        services.AddSingleton<Changes>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<SealEvents>();
        services.AddSingleton<VerifyAudit>();
        return services;
    }

    /// <summary>The options every context of ours has.</summary>
    public static DbContextOptionsBuilder UseModelHub(
        this DbContextOptionsBuilder options, NpgsqlDataSource source, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null) =>
        options.UseNpgsql(source, npgsql).AddInterceptors(new Conventions.MoveRevisions(), new Conventions.FreshCommands());

    /// <summary>
    /// Named, because the driver would otherwise put the connection string into traces and metrics. A process that stops in
    /// the middle of a transaction would hold back every reader of events, so the server ends such a transaction.
    /// </summary>
    public static NpgsqlDataSource OpenDataSource(string connectionString)
    {
        var tuned = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 50, GssEncryptionMode = GssEncryptionMode.Disable };
        tuned.Options = $"{tuned.Options} -c idle_in_transaction_session_timeout={IdleInTransaction.TotalMilliseconds:F0}".TrimStart();
        return new NpgsqlDataSourceBuilder(tuned.ConnectionString) { Name = "modelhub" }.Build();
    }
}
