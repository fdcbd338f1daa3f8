namespace ModelHub.EndToEnd.Support;

/// <summary>Models and versions as the tests want them.</summary>
internal static class Registering
{
    public static string NewModelName(string part) => $"tests.{part}-{Guid.NewGuid():N}"[..Math.Min(40, part.Length + 20)];

    /// <summary>Registers a new version from bytes through the command line; ends when it is ready or refused.</summary>
    public static async Task<CommandResult> RegisterAsync(this Stack stack, string model, byte[] bytes, CancellationToken ct, params string[] more)
    {
        var file = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.onnx");
        await File.WriteAllBytesAsync(file, bytes, ct);
        try
        {
            return await stack.RunAsync(ct, ["version", "register", model, "--file", file, .. more]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A new model with one ready version <c>y = x · factor</c>.</summary>
    public static async Task<string> ModelWithVersionAsync(this Stack stack, string part, float factor, CancellationToken ct)
    {
        var model = NewModelName(part);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(factor), ct, "--metric", "accuracy=0.8")).Expect(0);
        return model;
    }

    /// <summary>The same, live in staging.</summary>
    public static async Task<string> ServedModelAsync(this Stack stack, string part, float factor, CancellationToken ct)
    {
        var model = await stack.ModelWithVersionAsync(part, factor, ct);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        return model;
    }
}
