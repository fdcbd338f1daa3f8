using Microsoft.EntityFrameworkCore;

namespace ModelHub.Database.Artifacts;

/// <summary>Which artifacts rows refer to: all columns that may hold a digest of stored bytes stand here, each found by an index.</summary>
public static class ReferencedArtifacts
{
    /// <returns>those of the digests that anything refers to</returns>
    public static async Task<HashSet<string>> OfAsync(ModelHubDb db, IReadOnlyList<string> digests, CancellationToken ct)
    {
        string[] wanted = [.. digests];
        return [.. await db.Database.SqlQuery<string>(
            $"""
            select digest as "Value" from versions where digest = any({wanted})
            union select optimised->>'digest' from versions where optimised->>'digest' = any({wanted})
            union select sample->>'requestDigest' from versions where sample->>'requestDigest' = any({wanted})
            union select sample->>'answerDigest' from versions where sample->>'answerDigest' = any({wanted})
            union select value from version_tags where value like 'sha256:%' and value = any({wanted})
            union select wanted from unnest({wanted}) wanted where exists (select from data_versions where files @> jsonb_build_array(jsonb_build_object('digest', wanted)))
            union select wanted from unnest({wanted}) wanted where exists (select from batch_runs where files @> jsonb_build_array(jsonb_build_object('digest', wanted)))
            """).ToListAsync(ct)];
    }
}
