using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Database.Mapping;

internal static class Environments
{
    public static void MapEnvironments(this ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Environment>(environment =>
        {
            environment.Property(e => e.Policy).IsJson();
            environment.HasIndex(e => e.Name).IsUnique().HasDatabaseName("uq_environments_name");
            environment.HasIndex(e => e.Rank).IsUnique().HasDatabaseName("uq_environments_rank");
        });
}
