using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Onnx.Validation;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Worker.Bundles;

/// <summary>Has a child process make a request up and answer it, and stores both.</summary>
internal sealed class MakeSample(ModelChild child, ArtifactsAtApi artifacts)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="entry">Which file of the version is the model.</param>
    /// <param name="files">The version's files.</param>
    /// <param name="scratch">Another folder, to write into.</param>
    /// <exception cref="BadInputException">The model gives no answer; the message says why.</exception>
    public async Task<ModelSample> OfAsync(Version version, string entry, ScratchFolder files, ScratchFolder scratch, CancellationToken ct)
    {
        var (usual, request, answer) = (scratch.File("usual.json"), scratch.File("request.json"), scratch.File("answer.json"));
        await File.WriteAllBytesAsync(usual, JsonSerializer.SerializeToUtf8Bytes(Usual(version)), ct);
        var told = await AskAsync(version, files.File(entry), request, usual, ct);
        await File.WriteAllTextAsync(answer, told["answer"]!.ToJsonString(Plain), ct);
        var (requestDigest, requestSize) = await artifacts.StoreAsync(request, ct);
        var (answerDigest, answerSize) = await artifacts.StoreAsync(answer, ct);
        return new(entry, requestDigest.Value, requestSize, answerDigest.Value, answerSize, (string)told["runtime"]!);
    }

    private async Task<JsonNode> AskAsync(Version version, string model, string request, string usual, CancellationToken ct)
    {
        var limits = ValidationLimits.Default;
        string[] arguments =
        [
            AnswerVerb.Name, model, request, .. VerbArguments.Of(limits), AnswerVerb.Usual, usual,
            AnswerVerb.Model, version.Model.Name, AnswerVerb.Version, version.Number.ToString(CultureInfo.InvariantCulture),
        ];
        var end = await child.RunAsync(arguments, limits.MemoryBytes, limits.Whole(1), ct);
        try
        {
            var told = end.Killed is null ? JsonNode.Parse(end.Output) : null;
            return told?["answer"] is not null ? told : throw new BadInputException((string?)told?["reason"] ?? end.Reason);
        }
        catch (JsonException e)
        {
            throw new BadInputException(end.Reason, e);
        }
    }

    /// <summary>Of each column of the training data: the middle of its numbers, else its most frequent text.</summary>
    private static Dictionary<string, string> Usual(Version version)
    {
        var usual = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in version.DataVersions.OrderBy(used => used.DataVersionId.Value).SelectMany(used => used.DataVersion.Profile?.Columns ?? []))
            if (Usual(column) is { } value)
                usual.TryAdd(column.Name, value);
        return usual;
    }

    private static string? Usual(ColumnProfile column) =>
        column.Quantiles.FirstOrDefault(quantile => quantile.P == 0.5) is { } median ? median.Value.ToString("R", CultureInfo.InvariantCulture)
        : column.TopValues.OrderByDescending(top => top.Count).ThenBy(top => top.Value, StringComparer.Ordinal).FirstOrDefault()?.Value;
}
