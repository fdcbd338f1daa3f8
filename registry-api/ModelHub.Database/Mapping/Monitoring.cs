using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Database.Mapping;

/// <summary>Read by EF, made beside it: the tables are partitioned by day, which a migration of EF's cannot say.</summary>
internal static class Monitoring
{
    public static void MapMonitoring(this ModelBuilder modelBuilder) => modelBuilder.Entity<MonitorValue>(Map);

    // What the row is found by is unique with its nulls; EF wants a key without nulls, so to it rows have none.
    private static void Map(EntityTypeBuilder<MonitorValue> value)
    {
        value.HasNoKey().ToTable("monitor_values", table => table.ExcludeFromMigrations());
        value.Property(v => v.Column).HasColumnName("column_name");
        value.Property(v => v.PValue).HasColumnName("p_value");
    }
}
