namespace ModelHub.Domain.Models;

/// <summary>
/// A request of one row with the answer that ONNX Runtime gave to it, both in the store: whoever gets the version can try whether
/// it answers there as it did here. Made once, so that it is always the same one.
/// </summary>
/// <param name="Entry">Which of the version's files is the model.</param>
/// <param name="RequestDigest">Of a V2 request as JSON.</param>
/// <param name="AnswerDigest">Of the V2 answer as JSON.</param>
/// <param name="Runtime">Version of ONNX Runtime that answered.</param>
public sealed record ModelSample(string Entry, string RequestDigest, long RequestSize, string AnswerDigest, long AnswerSize, string Runtime);
