using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Alerts;

namespace ModelHub.Database.Mapping;

internal static class Alerts
{
    private const string Open = "state in ('Pending', 'Firing')";

    public static void MapAlerts(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AlertRule>(Map);
        modelBuilder.Entity<Alert>(Map);
        modelBuilder.Entity<Silence>(Map);
    }

    private static void Map(EntityTypeBuilder<AlertRule> rule)
    {
        rule.Property(r => r.Condition).IsJson();
        rule.HasOne(r => r.Model).WithMany().HasForeignKey(r => r.ModelId);
        rule.HasOne(r => r.Environment).WithMany().HasForeignKey(r => r.EnvironmentId);
        rule.HasIndex(r => r.Name, "uq_alert_rules_name").IsUnique().HasFilter("deleted_at is null");
        rule.HasIndex(r => r.ModelId);
        rule.HasIndex(r => r.EnvironmentId);
    }

    private static void Map(EntityTypeBuilder<Alert> alert)
    {
        alert.Property(a => a.Items).IsJson();
        alert.Ignore(a => a.IsOpen).Ignore(a => a.IsAnnounced);
        alert.HasOne(a => a.Rule).WithMany().HasForeignKey(a => a.RuleId);
        alert.HasOne(a => a.Endpoint).WithMany().HasForeignKey(a => a.EndpointId);
        alert.HasIndex(a => new { a.RuleId, a.EndpointId }, "uq_alerts_open").IsUnique().HasFilter(Open);
        alert.HasIndex(a => new { a.StartedAt, a.Id });
        alert.HasIndex(a => new { a.State, a.StartedAt, a.Id });
        alert.HasIndex(a => new { a.EndpointId, a.StartedAt, a.Id });
        alert.HasIndex(a => a.RuleId);
    }

    private static void Map(EntityTypeBuilder<Silence> silence)
    {
        silence.HasOne(s => s.Rule).WithMany().HasForeignKey(s => s.RuleId);
        silence.HasOne(s => s.Model).WithMany().HasForeignKey(s => s.ModelId);
        silence.HasOne(s => s.Environment).WithMany().HasForeignKey(s => s.EnvironmentId);
        silence.HasIndex(s => new { s.CreatedAt, s.Id });
        silence.HasIndex(s => s.Until);
        silence.HasIndex(s => s.RuleId);
        silence.HasIndex(s => s.ModelId);
        silence.HasIndex(s => s.EnvironmentId);
    }
}
