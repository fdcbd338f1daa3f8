using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Access;

namespace ModelHub.Database.Mapping;

internal static class Access
{
    public static void MapAccess(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>(user => user.HasIndex(u => u.Name).IsUnique().HasDatabaseName("uq_users_name"));
        modelBuilder.Entity<RoleBinding>(Map);
        modelBuilder.Entity<ServiceToken>(Map);
        modelBuilder.Entity<LoginLink>(Map);
    }

    private static void Map(EntityTypeBuilder<RoleBinding> binding)
    {
        binding.Ignore(b => b.Grant);
        binding.ToTable(t => t.HasCheckConstraint("ck_role_bindings_one_holder", "(user_id is null) <> (token_id is null)"));
        binding.HasOne<User>().WithMany().HasForeignKey(b => b.UserId);
        binding.HasOne<ServiceToken>().WithMany().HasForeignKey(b => b.TokenId);
        binding.HasIndex(b => new { b.UserId, b.Role, b.Namespace, b.Environment }).IsUnique().HasDatabaseName("uq_role_bindings_user");
        binding.HasIndex(b => new { b.TokenId, b.Role, b.Namespace, b.Environment }).IsUnique().HasDatabaseName("uq_role_bindings_token");
    }

    private static void Map(EntityTypeBuilder<ServiceToken> token)
    {
        token.Property(t => t.Scopes).IsJson();
        token.Property(t => t.Limit).IsJson();
        token.HasOne(t => t.User).WithMany().HasForeignKey(t => t.UserId);
        token.HasIndex(t => t.KeyId).IsUnique().HasDatabaseName("uq_service_tokens_key");
        token.HasIndex(t => t.Name, "uq_service_tokens_name").IsUnique().HasFilter("kind = 'Service'");
        token.HasIndex(t => t.ExpiresAt);
    }

    private static void Map(EntityTypeBuilder<LoginLink> link)
    {
        link.HasOne(l => l.User).WithMany().HasForeignKey(l => l.UserId);
        link.HasIndex(l => l.KeyId).IsUnique().HasDatabaseName("uq_login_links_key");
    }
}
