using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Shadows;
using ModelHub.Domain.Training;
using ModelHub.Domain.Webhooks;
using Npgsql;

namespace ModelHub.Database;

/// <summary>The unique constraints are the judges; here stands what each verdict means to a caller.</summary>
internal static class Refusals
{
    /// <summary>Null for a failure that nobody expects.</summary>
    public static async Task<Refusal?> OfAsync(DbUpdateException failure, CancellationToken ct) => failure switch
    {
        DbUpdateConcurrencyException conflict => await ConflictAsync(conflict, ct),
        { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: { } constraint } } => Of(constraint, failure),
        _ => null,
    };

    /// <summary>By the name of the constraint; null for one that no input can violate.</summary>
    internal static Refusal? Of(string constraint, DbUpdateException failure) => constraint switch
    {
        "uq_models_name" => new NameTaken(First<Model>(failure)?.Name ?? ""),
        "uq_datasets_name" => new NameTaken(First<Dataset>(failure)?.Name ?? ""),
        "uq_pipelines_name" => new NameTaken(First<Pipeline>(failure)?.Name ?? ""),
        "uq_users_name" => new NameTaken(First<User>(failure)?.Name ?? ""),
        "uq_service_tokens_name" => new NameTaken(First<ServiceToken>(failure)?.Name ?? ""),
        "uq_webhooks_name" => new NameTaken(First<Webhook>(failure)?.Name ?? ""),
        "uq_environments_name" => new NameTaken(First<Domain.Environments.Environment>(failure)?.Name ?? ""),
        "uq_alert_rules_name" => new NameTaken(First<AlertRule>(failure)?.Name ?? ""),
        "uq_environments_rank" => new RankTaken(First<Domain.Environments.Environment>(failure)?.Rank ?? 0),
        "uq_policy_versions_number" or "uq_expectations_number" => new RevisionConflict(0, 1),
        "uq_aliases_model_name" => new AliasMoved(First<Alias>(failure)?.Name ?? "", null, null),
        "uq_promotions_open" or "uq_endpoints_model_environment" => new PromotionInProgress(null),
        "uq_approvals_person" => new AlreadyDecided(First<Approval>(failure)?.Person ?? ""),
        "uq_shadow_tests_open" => new AlreadyShadowed("The version", First<ShadowTest>(failure)?.Version?.Number ?? 0, "this environment"),
        "uq_checks_version_name" or "uq_variants_primary" or "uq_placements" or "uq_version_blocks_holding" or "uq_rollbacks_loading" or "uq_bundle_keys_number" or "uq_batch_placements" or "uq_alerts_open" or "uq_retraining_skips_open" => new RevisionConflict(0, 1),
        "uq_experiments_open" => new ExperimentInProgress(),
        "uq_role_bindings_user" or "uq_role_bindings_token" => new NameTaken("role binding"),
        _ => null,
    };

    private static T? First<T>(DbUpdateException failure)
        where T : class =>
        failure.Entries.Select(e => e.Entity).OfType<T>().FirstOrDefault();

    /// <summary>Somebody changed the row first, or deleted it: then its revision counts as 0.</summary>
    private static async Task<Refusal?> ConflictAsync(DbUpdateConcurrencyException conflict, CancellationToken ct)
    {
        if (conflict.Entries.FirstOrDefault(e => e.Entity is IRevisioned) is not { } entry)
            return null;

        var present = await entry.GetDatabaseValuesAsync(ct);
        return new RevisionConflict(
            entry.OriginalValues.GetValue<long>(nameof(IRevisioned.Revision)),
            present?.GetValue<long>(nameof(IRevisioned.Revision)) ?? 0);
    }
}
