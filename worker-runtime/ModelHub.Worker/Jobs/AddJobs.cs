using ModelHub.Worker.Configuration;
using Quartz;

namespace ModelHub.Worker.Jobs;

internal static class JobsSetup
{
    public const string Cluster = "modelhub";

    /// <summary>
    /// Quartz on the database, shared by all workers. A dead worker is noticed after 2 to 3 seconds and its jobs start
    /// elsewhere. One that was only paused may overlap with its successor, hence the fence of every attempt.
    /// </summary>
    public static void AddJobs(this WebApplicationBuilder builder, WorkerOptions options)
    {
        builder.Services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = Cluster;
                scheduler.InstanceId = $"{Environment.MachineName}-{Guid.NewGuid():N}";
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(options.Threads);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(options.Database);
                store.UseSystemTextJsonSerializer();
                store.ProvisionSchema();
                store.ConfigureStore(s => s.AcceptEnlistedTransactions = true);
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = TimeSpan.FromSeconds(1);
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(2);
                });
            });
        });
        builder.Services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        builder.Services.AddSingleton<Dispatch>();
        builder.Services.AddSingleton<OperationStore>();
        builder.Services.AddSingleton<RunOperation>();
        builder.Services.AddHostedService<DispatchLoop>();
    }

    public static void AddWork<T>(this IServiceCollection services)
        where T : class, IWork => services.AddSingleton<IWork, T>();
}
