using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Whether a version of the model is live in the environment of the highest rank.</summary>
    public Task<bool> IsServedAsync(string model, CancellationToken ct) =>
        Variants.AnyAsync(
            v => v.ValidTo == null && v.Role == VariantRole.Primary && v.Endpoint.Model.Name == model && !Environments.Any(e => e.Rank > v.Endpoint.Environment.Rank), ct);
}
