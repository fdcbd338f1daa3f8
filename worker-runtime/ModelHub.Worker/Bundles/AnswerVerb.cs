using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Onnx;
using ModelHub.Onnx.Validation;

namespace ModelHub.Worker.Bundles;

/// <summary>
/// <c>answer FILE REQUEST [--usual FILE] [--model NAME] [--version N] [--memory BYTES] [--load-seconds N] [--run-seconds N]</c>:
/// prints <c>{"runtime": …, "answer": {…}}</c>, or <c>{"reason": …}</c> where there is no answer. With --usual the request is made
/// up first and written. It needs no database, no API and no settings: the command line verifies bundles with it.
/// Exit code 0 for an answer, 2 without one, 64 for wrong usage.
/// </summary>
internal static class AnswerVerb
{
    public const string Name = "answer";
    public const string Usual = "--usual";
    public const string Model = "--model";
    public const string Version = "--version";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run(ReadOnlySpan<string> arguments, TextWriter output)
    {
        if (VerbArguments.Parse(arguments, 2, Usual, Model, Version) is not { } given)
        {
            Console.Error.WriteLine($"usage: {Name} FILE REQUEST [{Usual} FILE] [{Model} NAME] [{Version} N] {VerbArguments.LimitUsage}");
            return 64;
        }
        Confinement.Begin(given.Limits.MemoryBytes, given.Limits.Whole(1));
        var (answer, reason) = Answer(given);
        output.WriteLine(answer is null
            ? new JsonObject { ["reason"] = reason }.ToJsonString(Plain)
            : new JsonObject { ["runtime"] = OnnxRuntime.Load(), ["answer"] = JsonNode.Parse(answer) }.ToJsonString(Plain));
        output.Flush();
        return answer is null ? 2 : 0;
    }

    private static (byte[]? Answer, string? Reason) Answer(VerbArguments given)
    {
        if (!OnnxModel.Open(given.Files[0], given.Limits.File).Succeeded(out var model, out var refusal))
            return (null, refusal.Reason);
        using (model)
        {
            if (given.Settings.TryGetValue(Usual, out var usual) && MakeUp(model, usual, given.Files[1]) is { } reason)
                return (null, reason);
            return AnswerModel.Of(
                model, given.Settings.GetValueOrDefault(Model, ""), given.Settings.GetValueOrDefault(Version, ""), File.ReadAllBytes(given.Files[1]), given.Limits.RunTime);
        }
    }

    private static string? MakeUp(OnnxModel model, string usual, string to)
    {
        if (model.File.IsRandom)
            return "it draws random numbers, so no answer can be expected of it twice";
        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(usual)) ?? [];
        using var file = File.Create(to);
        return SampleRequest.Write(model.Signature, values, file);
    }
}
