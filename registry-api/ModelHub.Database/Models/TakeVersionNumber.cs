using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>The next version number of a model, without gaps: others who register under it wait until <c>CommitAsync</c>.</summary>
    public async Task<int> TakeVersionNumberAsync(ModelId model, CancellationToken ct)
    {
        await BeginAsync(ct);
        var numbers = await Database.SqlQuery<int>(
            $"update models set last_version_number = last_version_number + 1 where id = {model.Value} returning last_version_number as value").ToListAsync(ct);
        return numbers.Single();
    }

    /// <summary>The next number of a dataset's versions, in the same way.</summary>
    public async Task<int> TakeDataVersionNumberAsync(DatasetId dataset, CancellationToken ct)
    {
        await BeginAsync(ct);
        var numbers = await Database.SqlQuery<int>(
            $"update datasets set last_version_number = last_version_number + 1 where id = {dataset.Value} returning last_version_number as value").ToListAsync(ct);
        return numbers.Single();
    }
}
