using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Database.Events;
using ModelHub.Database.Idempotency;
using ModelHub.Database.Mapping;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Artifacts;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Data;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Explanations;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Domain.Webhooks;
using Environment = ModelHub.Domain.Environments.Environment;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database;

/// <summary>The database. Read with LINQ; write with <c>CommitAsync</c> only, which stores the event with the rows.</summary>
public sealed partial class ModelHubDb(DbContextOptions<ModelHubDb> options) : DbContext(options)
{
    public DbSet<Model> Models => Set<Model>();

    public DbSet<Version> Versions => Set<Version>();

    public DbSet<VersionDataVersion> VersionDataVersions => Set<VersionDataVersion>();

    public DbSet<Alias> Aliases => Set<Alias>();

    public DbSet<AliasChange> AliasChanges => Set<AliasChange>();

    public DbSet<Check> Checks => Set<Check>();

    public DbSet<VersionImportance> VersionImportances => Set<VersionImportance>();

    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<DataVersion> DataVersions => Set<DataVersion>();

    public DbSet<LedgerFreeze> LedgerFreezes => Set<LedgerFreeze>();

    public DbSet<DataDiff> DataDiffs => Set<DataDiff>();

    public DbSet<Expectations> Expectations => Set<Expectations>();

    public DbSet<Environment> Environments => Set<Environment>();

    public DbSet<PolicyVersion> PolicyVersions => Set<PolicyVersion>();

    public DbSet<InferenceNode> Nodes => Set<InferenceNode>();

    public DbSet<Router> Routers => Set<Router>();

    public DbSet<Endpoint> Endpoints => Set<Endpoint>();

    public DbSet<Variant> Variants => Set<Variant>();

    public DbSet<VariantLoad> VariantLoads => Set<VariantLoad>();

    public DbSet<Placement> Placements => Set<Placement>();

    public DbSet<RoutingChange> RoutingChanges => Set<RoutingChange>();

    public DbSet<Rollback> Rollbacks => Set<Rollback>();

    public DbSet<ShadowTest> ShadowTests => Set<ShadowTest>();

    public DbSet<Experiment> Experiments => Set<Experiment>();

    public DbSet<ExperimentArm> ExperimentArms => Set<ExperimentArm>();

    public DbSet<Exposure> Exposures => Set<Exposure>();

    public DbSet<ExperimentLabel> ExperimentLabels => Set<ExperimentLabel>();

    public DbSet<PredictionWindow> PredictionWindows => Set<PredictionWindow>();

    public DbSet<Prediction> Predictions => Set<Prediction>();

    public DbSet<Label> Labels => Set<Label>();

    public DbSet<LedgerCount> LedgerCounts => Set<LedgerCount>();

    public DbSet<MonitorValue> MonitorValues => Set<MonitorValue>();

    public DbSet<ComparisonRow> Comparisons => Set<ComparisonRow>();

    public DbSet<Promotion> Promotions => Set<Promotion>();

    public DbSet<Approval> Approvals => Set<Approval>();

    public DbSet<GateEvidence> GateEvidence => Set<GateEvidence>();

    public DbSet<RolloutVerdict> RolloutVerdicts => Set<RolloutVerdict>();

    public DbSet<VersionBlock> VersionBlocks => Set<VersionBlock>();

    public DbSet<GateRound> GateRounds => Set<GateRound>();

    public DbSet<Pipeline> Pipelines => Set<Pipeline>();

    public DbSet<TrainingRun> TrainingRuns => Set<TrainingRun>();

    public DbSet<TrainingTrial> TrainingTrials => Set<TrainingTrial>();

    public DbSet<RetrainingSkip> RetrainingSkips => Set<RetrainingSkip>();

    public DbSet<BatchRun> BatchRuns => Set<BatchRun>();

    public DbSet<BatchShard> BatchShards => Set<BatchShard>();

    public DbSet<BatchPlacement> BatchPlacements => Set<BatchPlacement>();

    public DbSet<Operation> Operations => Set<Operation>();

    public DbSet<LogLine> OperationLog => Set<LogLine>();

    public DbSet<User> Users => Set<User>();

    public DbSet<RoleBinding> RoleBindings => Set<RoleBinding>();

    public DbSet<ServiceToken> ServiceTokens => Set<ServiceToken>();

    public DbSet<LoginLink> LoginLinks => Set<LoginLink>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookPosition> WebhookPositions => Set<WebhookPosition>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<WebhookAttempt> WebhookAttempts => Set<WebhookAttempt>();

    public DbSet<AlertRule> AlertRules => Set<AlertRule>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<Silence> Silences => Set<Silence>();

    public DbSet<ArtifactUse> ArtifactUses => Set<ArtifactUse>();

    public DbSet<BundleKey> BundleKeys => Set<BundleKey>();

    public DbSet<BundleExport> BundleExports => Set<BundleExport>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<Seal> Seals => Set<Seal>();

    internal DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    internal DbSet<NumberedState> Revisions => Set<NumberedState>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.StoreIdsAsUuids();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
        configurationBuilder.Conventions.Add(_ => new SnakeCase());
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.MapModels();
        modelBuilder.MapData();
        modelBuilder.MapExplanations();
        modelBuilder.MapEnvironments();
        modelBuilder.MapNodes();
        modelBuilder.MapRollouts();
        modelBuilder.MapPromotions();
        modelBuilder.MapShadows();
        modelBuilder.MapExperiments();
        modelBuilder.MapPredictions();
        modelBuilder.MapMonitoring();
        modelBuilder.MapAlerts();
        modelBuilder.MapTraining();
        modelBuilder.MapBatches();
        modelBuilder.MapOperations();
        modelBuilder.MapAccess();
        modelBuilder.MapEvents();
        modelBuilder.MapWebhooks();
        modelBuilder.MapBundles();
        modelBuilder.MapArtifacts();
        modelBuilder.MapEverything();
    }
}
