using System.Globalization;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Inference.V2;
using ModelHub.Node.Access;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Grpc;

/// <summary>What gRPC tells of server and models: the answers of <see cref="ModelDocuments"/> as messages.</summary>
internal sealed class GrpcDocuments(LoadedModels models, Door door, ModelDocuments state)
{
    public (IMessage?, CallError?) Live(HttpContext context, ServerLiveRequest request) => (new ServerLiveResponse { Live = true }, null);

    public (IMessage?, CallError?) Ready(HttpContext context, ServerReadyRequest request) => (new ServerReadyResponse { Ready = state.IsReady }, null);

    public (IMessage?, CallError?) Server(HttpContext context, ServerMetadataRequest request) =>
        (new ServerMetadataResponse { Name = Documents.ServerName, Version = ModelDocuments.Software, Extensions = { Documents.Extensions } }, null);

    public (IMessage?, CallError?) ModelReady(HttpContext context, ModelReadyRequest request) =>
        door.Refuses(context, request.Name) is { } status
            ? (null, GrpcService.Refusal(status))
            : (new ModelReadyResponse { Ready = models.Find(request.Name, request.Version) is not null }, null);

    public (IMessage?, CallError?) ModelMetadata(HttpContext context, ModelMetadataRequest request)
    {
        if (door.Refuses(context, request.Name) is { } status)
            return (null, GrpcService.Refusal(status));
        if (models.Find(request.Name, request.Version) is not { } version)
            return (null, GrpcService.NotHeld);
        return (new ModelMetadataResponse
        {
            Name = version.Spec.Name,
            Versions = { models.VersionsOf(request.Name).Select(v => v.ToString(CultureInfo.InvariantCulture)) },
            Platform = version.Spec.Platform,
            Inputs = { version.Spec.Inputs.Select(Tensor) },
            Outputs = { version.Spec.Outputs.Select(Tensor) },
        }, null);
    }

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(TensorSpec spec) =>
        new() { Name = spec.Name, Datatype = spec.Datatype.Name(), Shape = { spec.Shape ?? [-1] } };
}
