using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Experiments;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>What is known of every arm now: each key once, with its first answer or its latest label.</summary>
    public async Task<IReadOnlyDictionary<ExperimentId, IReadOnlyList<ArmTotals>>> ArmTotalsAsync(IReadOnlyCollection<ExperimentId> experiments, CancellationToken ct)
    {
        var asked = experiments.Select(e => e.Value).ToArray();
        var rows = await Database.SqlQuery<CountedArm>(
            $"""
            select a.experiment_id as experiment, a.number as arm, coalesce(c.exposed, 0) as exposed, coalesce(c.measured, 0) as measured, c.mean, c.variance
            from experiment_arms a left join (
                select e.experiment_id, e.arm, count(*) as exposed, count(v.value) as measured, avg(v.value) as mean, var_samp(v.value) as variance
                from exposures e
                left join lateral (
                    select l.value from experiment_labels l where l.experiment_id = e.experiment_id and l.subject in (e.key, e.request) order by l.at desc limit 1
                ) l on true
                cross join lateral (select coalesce(e.value, l.value) as value) v
                where e.experiment_id = any({asked})
                group by e.experiment_id, e.arm
            ) c on c.experiment_id = a.experiment_id and c.arm = a.number
            where a.experiment_id = any({asked})
            order by a.experiment_id, a.number
            """).ToListAsync(ct);
        return rows.GroupBy(r => ExperimentId.From(r.Experiment))
            .ToDictionary(g => g.Key, g => (IReadOnlyList<ArmTotals>)[.. g.Select(r => new ArmTotals(r.Arm, r.Exposed, r.Measured, r.Mean, r.Variance))]);
    }

    private sealed record CountedArm(Guid Experiment, int Arm, long Exposed, long Measured, double? Mean, double? Variance);
}
