namespace ModelHub.Domain.Models;

/// <summary>The graph of a version as ONNX Runtime simplifies it when it loads it, kept beside the artifact: nodes load it faster and it answers the same.</summary>
/// <param name="Digest">Of its bytes in the store.</param>
/// <param name="Runtime">Version of ONNX Runtime that made it; a node whose own cannot load it takes the artifact.</param>
/// <param name="NodesBefore">Of the artifact's graph.</param>
/// <param name="LoadMsBefore">One load of the artifact, measured beside <paramref name="LoadMs"/> at registration.</param>
public sealed record OptimisedGraph(string Digest, long Size, string Runtime, int NodesBefore, int Nodes, double LoadMsBefore, double LoadMs);
