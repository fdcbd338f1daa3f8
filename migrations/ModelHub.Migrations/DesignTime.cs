using Microsoft.EntityFrameworkCore.Design;
using ModelHub.Database;

namespace ModelHub.Migrations;

/// <summary>What <c>dotnet ef migrations add</c> starts; it never connects.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<ModelHubDb>
{
    public ModelHubDb CreateDbContext(string[] args) => ApplyMigrations.Open("Host=localhost;Database=modelhub");
}
