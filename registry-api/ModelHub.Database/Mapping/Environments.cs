using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Environments;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Database.Mapping;

internal static class Environments
{
    public static void MapEnvironments(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Environment>(Map);
        modelBuilder.Entity<PolicyVersion>(Map);
    }

    private static void Map(EntityTypeBuilder<Environment> environment)
    {
        environment.Property(e => e.Policy).IsJson();
        environment.HasIndex(e => e.Name).IsUnique().HasDatabaseName("uq_environments_name");
        environment.HasIndex(e => e.Rank).IsUnique().HasDatabaseName("uq_environments_rank");
    }

    private static void Map(EntityTypeBuilder<PolicyVersion> version)
    {
        version.Property(v => v.Policy).IsJson();
        version.HasOne<Environment>().WithMany().HasForeignKey(v => v.EnvironmentId);
        version.HasIndex(v => new { v.EnvironmentId, v.Number }).IsUnique().HasDatabaseName("uq_policy_versions_number");
        version.HasIndex(v => v.Digest);
    }
}
