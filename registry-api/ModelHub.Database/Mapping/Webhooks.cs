using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Database.Mapping;

internal static class Webhooks
{
    public static void MapWebhooks(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Webhook>(webhook =>
        {
            webhook.Property(w => w.Secrets).IsJson();
            webhook.HasIndex(w => w.Name).IsUnique().HasDatabaseName("uq_webhooks_name");
        });
        modelBuilder.Entity<WebhookPosition>(position =>
        {
            position.HasKey(p => p.WebhookId);
            position.Property(p => p.Xid).HasColumnType("xid8");
            position.HasOne<Webhook>().WithOne().HasForeignKey<WebhookPosition>(p => p.WebhookId);
        });
        modelBuilder.Entity<WebhookDelivery>(Map);
        modelBuilder.Entity<WebhookAttempt>(attempt =>
        {
            attempt.HasKey(a => new { a.DeliveryId, a.At });
            attempt.Property(a => a.Answer).HasMaxLength(WebhookAttempt.MostAnswer);
            attempt.HasOne<WebhookDelivery>().WithMany().HasForeignKey(a => a.DeliveryId);
        });
    }

    private static void Map(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.Property(d => d.EventXid).HasColumnType("xid8");
        delivery.HasOne<Webhook>().WithMany().HasForeignKey(d => d.WebhookId);
        delivery.HasIndex(d => new { d.WebhookId, d.EventSequence }).IsUnique().HasDatabaseName("uq_webhook_deliveries_event");
        delivery.HasIndex(d => new { d.WebhookId, d.EventXid, d.EventSequence }, "ix_webhook_deliveries_pending").HasFilter("state = 'Pending'");
        delivery.HasIndex(d => new { d.WebhookId, d.State, d.EventSequence });
        delivery.HasIndex(d => d.CreatedAt);
    }
}
