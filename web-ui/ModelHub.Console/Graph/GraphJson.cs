using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Datasets;
using ModelHub.Console.Endpoints;
using ModelHub.Console.Events;
using ModelHub.Console.Models;
using ModelHub.Console.Nodes;
using ModelHub.Console.Operations;
using ModelHub.Console.Overview;
using ModelHub.Console.Promotions;
using ModelHub.Console.Shadows;
using ModelHub.Console.Training;
using ModelHub.Console.Versions;

namespace ModelHub.Console.Graph;

/// <summary>The shapes of all questions and answers, compiled: no reflection while a page is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GraphRequest<ListModelsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListModelsData>))]
[JsonSerializable(typeof(GraphRequest<ReadModelVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadModelData>))]
[JsonSerializable(typeof(GraphRequest<ReadVersionVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadVersionData>))]
[JsonSerializable(typeof(GraphRequest<ListPromotionsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListPromotionsData>))]
[JsonSerializable(typeof(GraphRequest<NoVariables>))]
[JsonSerializable(typeof(GraphResponse<CountWaitingData>))]
[JsonSerializable(typeof(GraphRequest<ReadPromotionVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadPromotionData>))]
[JsonSerializable(typeof(GraphRequest<ReadPromotableVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadPromotableData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<PromoteVersionInput>>))]
[JsonSerializable(typeof(GraphResponse<PromoteVersionData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<ApprovePromotionInput>>))]
[JsonSerializable(typeof(GraphResponse<ApprovePromotionData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<RejectPromotionInput>>))]
[JsonSerializable(typeof(GraphResponse<RejectPromotionData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<AbortPromotionInput>>))]
[JsonSerializable(typeof(GraphResponse<AbortPromotionData>))]
[JsonSerializable(typeof(GraphRequest<ListShadowTestsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListShadowTestsData>))]
[JsonSerializable(typeof(GraphRequest<ReadShadowTestVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadShadowTestData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<PromoteShadowCandidateInput>>))]
[JsonSerializable(typeof(GraphResponse<PromoteShadowCandidateData>))]
[JsonSerializable(typeof(GraphRequest<ListEndpointsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListEndpointsData>))]
[JsonSerializable(typeof(GraphRequest<ReadEndpointVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadEndpointData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<RollbackInput>>))]
[JsonSerializable(typeof(GraphResponse<RollbackData>))]
[JsonSerializable(typeof(GraphResponse<ListNodesData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<DrainNodeInput>>))]
[JsonSerializable(typeof(GraphResponse<DrainNodeData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<ResumeNodeInput>>))]
[JsonSerializable(typeof(GraphResponse<ResumeNodeData>))]
[JsonSerializable(typeof(GraphRequest<ListOperationsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListOperationsData>))]
[JsonSerializable(typeof(GraphRequest<ReadOperationVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadOperationData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<CancelOperationInput>>))]
[JsonSerializable(typeof(GraphResponse<CancelOperationData>))]
[JsonSerializable(typeof(GraphRequest<ListTrainingVariables>))]
[JsonSerializable(typeof(GraphResponse<ListTrainingData>))]
[JsonSerializable(typeof(GraphRequest<ReadRunVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadRunData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<StartTrainingInput>>))]
[JsonSerializable(typeof(GraphResponse<StartTrainingData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<CancelTrainingInput>>))]
[JsonSerializable(typeof(GraphResponse<CancelTrainingData>))]
[JsonSerializable(typeof(GraphRequest<ListDatasetsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListDatasetsData>))]
[JsonSerializable(typeof(GraphRequest<ReadDatasetVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadDatasetData>))]
[JsonSerializable(typeof(GraphRequest<ReadDataVersionVariables>))]
[JsonSerializable(typeof(GraphResponse<ReadDataVersionData>))]
[JsonSerializable(typeof(GraphRequest<ListEventsVariables>))]
[JsonSerializable(typeof(GraphResponse<ListEventsData>))]
[JsonSerializable(typeof(GraphResponse<VerifyAuditData>))]
[JsonSerializable(typeof(GraphResponse<ReadAccessData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<CreateUserInput>>))]
[JsonSerializable(typeof(GraphResponse<CreateUserData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<CreateLoginLinkInput>>))]
[JsonSerializable(typeof(GraphResponse<CreateLoginLinkData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<CreateServiceTokenInput>>))]
[JsonSerializable(typeof(GraphResponse<CreateServiceTokenData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<RevokeServiceTokenInput>>))]
[JsonSerializable(typeof(GraphResponse<RevokeServiceTokenData>))]
[JsonSerializable(typeof(GraphRequest<Mutation<BindRoleInput>>))]
[JsonSerializable(typeof(GraphResponse<BindRoleData>))]
[JsonSerializable(typeof(GraphResponse<ReadOverviewData>))]
internal sealed partial class GraphJson : JsonSerializerContext;
