namespace ModelHub.Inference.Grpc;

/// <summary>Why a call is not answered, in the words and statuses of REST; gRPC's own follow from them.</summary>
public sealed record CallError(int Status, string Message);
