using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Artifacts;

namespace ModelHub.Database.Mapping;

internal static class Artifacts
{
    private const int DigestLength = 71;

    public static void MapArtifacts(this ModelBuilder modelBuilder) => modelBuilder.Entity<ArtifactUse>(use =>
    {
        use.HasKey(u => u.Digest);
        use.Property(u => u.Digest).HasMaxLength(DigestLength);
    });
}
