using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Events;
using ModelHub.Database.Idempotency;

namespace ModelHub.Database.Mapping;

internal static class Events
{
    public static void MapEvents(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EventRow>(Map);
        modelBuilder.Entity<Seal>(seal =>
        {
            seal.HasKey(s => s.Position);
            seal.Property(s => s.Position).ValueGeneratedNever();
            seal.Property(s => s.Xid).HasColumnType("xid8");
        });
        modelBuilder.Entity<IdempotencyKey>(key =>
        {
            key.HasKey(k => new { k.Caller, k.Key }).HasName("uq_idempotency_keys");
            key.HasIndex(k => k.CreatedAt);
        });
        modelBuilder.Entity<NumberedState>(state =>
        {
            state.ToTable("revisions");
            state.HasKey(s => s.Name);
        });
    }

    private static void Map(EntityTypeBuilder<EventRow> row)
    {
        row.Ignore(r => r.Cursor);
        row.HasKey(r => r.Sequence);
        row.Property(r => r.Sequence).UseIdentityAlwaysColumn();
        row.Property(r => r.At).HasDefaultValueSql("clock_timestamp()").ValueGeneratedOnAdd();
        row.Property(r => r.Xid).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()").ValueGeneratedOnAdd();
        row.Property(r => r.Data).HasColumnType("jsonb");
        row.HasIndex(r => r.Id).IsUnique().HasDatabaseName("uq_events_id");
        row.HasIndex(r => r.Position).IsUnique().HasDatabaseName("uq_events_position");
        row.HasIndex(r => new { r.Xid, r.Sequence });
        row.HasIndex(r => new { r.Xid, r.Sequence }, "ix_events_unsealed").HasFilter("position is null");
        row.HasIndex(r => new { r.Type, r.Sequence });
        row.HasIndex(r => new { r.Subject, r.Sequence }).HasOperators("text_pattern_ops");
        row.HasIndex(r => new { r.Actor, r.Sequence });
    }
}
