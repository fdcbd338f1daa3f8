using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Nodes;

namespace ModelHub.Database.Mapping;

internal static class Nodes
{
    public static void MapNodes(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InferenceNode>(node =>
        {
            node.Property(n => n.Runtimes).IsJson();
            node.HasIndex(n => n.Name).IsUnique().HasDatabaseName("uq_nodes_name");
            node.HasIndex(n => n.KeyId).IsUnique().HasDatabaseName("uq_nodes_key");
        });
        modelBuilder.Entity<Router>(router =>
        {
            router.HasIndex(r => r.Name).IsUnique().HasDatabaseName("uq_routers_name");
            router.HasIndex(r => r.KeyId).IsUnique().HasDatabaseName("uq_routers_key");
        });
    }
}
