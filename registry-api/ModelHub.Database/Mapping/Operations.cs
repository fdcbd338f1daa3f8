using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;

namespace ModelHub.Database.Mapping;

internal static class Operations
{
    public static void MapOperations(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Operation>(operation =>
        {
            operation.HasIndex(o => new { o.CreatedAt, o.Id });
            operation.HasIndex(o => new { o.State, o.CreatedAt, o.Id });
            operation.HasIndex(o => new { o.Kind, o.CreatedAt, o.Id });
            operation.HasIndex(o => o.SubjectId);
            operation.HasIndex(o => new { o.Subject, o.CreatedAt, o.Id }).HasOperators("text_pattern_ops");
            operation.HasIndex(o => o.CreatedAt, "ix_operations_undispatched").HasFilter("state = 'Queued' and dispatched_at is null");
            operation.HasOne<Operation>().WithMany().HasForeignKey(o => o.ParentId);
            operation.HasIndex(o => o.ParentId).HasFilter("parent_id is not null");
        });
        modelBuilder.Entity<LogLine>(line =>
        {
            line.ToTable("operation_log");
            line.HasKey(l => new { l.OperationId, l.Sequence });
            line.Property(l => l.Text).HasMaxLength(LogLine.MaxText);
            line.HasOne<Operation>().WithMany().HasForeignKey(l => l.OperationId);
        });
    }
}
