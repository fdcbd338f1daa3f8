using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ModelHub.Inference;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Runtimes.Process;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>The shipped Python runtime, with a regression of scikit-learn and with the models of the shared data.</summary>
public sealed class PythonContract : RuntimeContract
{
    private const string Fitted = "m = LinearRegression(); m.coef_ = numpy.array([1.0, 2.0, 3.0]); m.intercept_ = 0.5; m.n_features_in_ = 3";

    /// <summary>Whose pickle makes, when it is loaded, an object that predicts by waiting: pickles are programs.</summary>
    private const string Slow = """
        class Slow:
            def __reduce__(self):
                return eval, ("type('Slow', (), {'predict': lambda self, x: __import__('time').sleep(20)})()",)
        m = Slow()
        """;

    [Theory]
    [InlineData("sklearn", "iris_lr_nozipmap", "model.joblib")]
    [InlineData("sklearn", "iris_lr_nozipmap", "model.pkl")]
    [InlineData("sklearn", "diabetes_ridge", "model.joblib")]
    [InlineData("xgboost", "diabetes_xgb", "model.xgb.json")]
    [InlineData("xgboost", "german_xgb_num", "model.xgb.json")]
    [InlineData("torchscript", "digits_cnn", "model.torchscript.pt")]
    [InlineData("torchscript", "digits_mlp_batch1", "model.torchscript.pt")]
    public async Task A_model_answers_what_its_framework_answered(string format, string name, string file)
    {
        PythonInterpreter.Needs(format switch { "xgboost" => "xgboost", "torchscript" => "torch", _ => "sklearn" });
        var folder = Path.Combine(SharedData.Folder(format == "torchscript" ? "torch" : "models"), name);
        var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json"))).RootElement;
        var inputs = File.ReadAllText(Path.Combine(folder, "inputs.json"));
        var asked = JsonDocument.Parse(inputs).RootElement;
        var signature = new ModelSignature(Ports(asked.GetProperty("inputs")), Ports(expected.GetProperty("outputs")));
        var copy = Path.Combine(Folder, "model.onnx");
        File.Copy(Path.Combine(folder, file), copy);

        await using var instance = await OpenAsync(Runtime(), Assigned(format, "python", signature), copy);
        using var run = instance.NewRun();
        Fill(instance, run, $$"""{"inputs":{{asked.GetProperty("inputs").GetRawText()}}}""");
        await run.ExecuteAsync(TimeSpan.FromSeconds(30), Ct);

        for (var i = 0; i < instance.Spec.Outputs.Length; i++)
            Close(expected.GetProperty("outputs")[i].GetProperty("data"), instance.Spec.Outputs[i].Datatype, run.Output(i));
    }

    [Fact]
    public async Task A_pickle_that_wants_to_run_a_program_is_refused_and_harms_nobody()
    {
        PythonInterpreter.Needs("sklearn");
        var copy = Path.Combine(Folder, "model.onnx");
        File.Copy(Path.Combine(SharedData.Folder("hostile"), "pickle", "os_system_true.pkl"), copy);

        var (instance, problem) = await Runtime().OpenAsync(Assigned("sklearn", "python", Declared), copy, Ct);

        Assert.Null(instance);
        Assert.Contains("a int has no predict", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_takes_other_columns_than_declared_is_refused()
    {
        PythonInterpreter.Needs("sklearn");
        var wide = Declared with { Inputs = [new SignaturePort("x", "FP32", [-1, 5])] };

        var (instance, problem) = await Runtime().OpenAsync(Assigned("sklearn", "python", wide), Saved(Fitted), Ct);

        Assert.Null(instance);
        Assert.Contains("the signature has 5 columns, the model takes 3", problem!.Message, StringComparison.Ordinal);
    }

    private protected override Task<RuntimeInstance> OpenAsync()
    {
        PythonInterpreter.Needs("sklearn");
        return OpenAsync(Runtime(), Assigned("sklearn", "python", Declared), Saved(Fitted));
    }

    private protected override Task<RuntimeInstance> OpenSlowAsync()
    {
        PythonInterpreter.Needs("sklearn");
        return OpenAsync(Runtime(), Assigned("sklearn", "python", Declared), Saved(Slow));
    }

    private static PythonVersions Runtime() => new(Options(("Runtimes:Python", PythonInterpreter.Path)), NullLogger<PythonVersions>.Instance);

    /// <summary>A model as joblib keeps it.</summary>
    private string Saved(string model)
    {
        var path = Path.Combine(Folder, $"{Guid.NewGuid():n}.joblib");
        var (code, output) = PythonInterpreter.Run("-I", "-c", $"import joblib, numpy\nfrom sklearn.linear_model import LinearRegression\n{model}\njoblib.dump(m, {JsonSerializer.Serialize(path)})");
        Assert.True(code == 0, output);
        return path;
    }

    private static SignaturePort[] Ports(JsonElement tensors) => [.. tensors.EnumerateArray().Select(t => new SignaturePort(
        t.GetProperty("name").GetString()!, t.GetProperty("datatype").GetString()!,
        [-1, .. t.GetProperty("shape").EnumerateArray().Skip(1).Select(s => s.GetInt64())]))];

    private static void Close(JsonElement expected, Datatype datatype, OutputTensor actual)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Elements);
        for (var i = 0; i < actual.Elements; i++)
        {
            var (wanted, given) = (expected[i].GetDouble(), datatype == Datatype.Int64 ? BitConverter.ToInt64(actual.Data[(8 * i)..]) : (double)BitConverter.ToSingle(actual.Data[(4 * i)..]));
            Assert.True(Math.Abs(wanted - given) <= 1e-6 + 1e-4 * Math.Abs(wanted), $"value {i} is {given}, expected {wanted}");
        }
    }
}
