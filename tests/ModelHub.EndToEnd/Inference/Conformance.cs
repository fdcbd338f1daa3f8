using System.Collections.Concurrent;
using System.Globalization;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Inference;

/// <summary>The backend tests of ONNX, from registration over placement to the same answers in every form of the protocol.</summary>
[Collection(SharedStack.Name)]
public sealed class Conformance(SharedStack shared)
{
    // Validation and loading are child processes: more at once only wait for each other.
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 8 };
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Every_case_gives_what_is_listed_over_JSON_binary_and_gRPC()
    {
        var ct = TestContext.Current.CancellationToken;
        using var registry = new Registry(stack);
        using var caller = new V2Caller(stack.Token);
        var cases = ConformanceCase.All().ToList();
        ConcurrentBag<string> wrong = [], ran = [];

        await Parallel.ForEachAsync(cases, AtOnce, async (one, _) =>
        {
            try
            {
                var registered = await registry.RegisterAsync("case", one.Model, ct);
                if (Judged(one, registered) is { } verdict)
                {
                    if (verdict.Length > 0)
                        wrong.Add(verdict);
                    return;
                }
                await registry.PlaceAsync(registered.Model, ct);
                foreach (var fault in await FaultsAsync(registry, caller, one, registered.Model, ct))
                    wrong.Add(fault);
                ran.Add(one.Name);
            }
            catch (Exception e) when (e is UnexpectedAnswerException or TimeoutException or InvalidOperationException)
            {
                wrong.Add($"{one.Name}: {e.Message}");
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{cases.Count} cases: {ran.Count} ran in three forms, {cases.Count - ran.Count} were refused with a reason.");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        Assert.Equal(cases.Count(c => c is { Refused: false, Carried: true }), ran.Count(name => cases.Single(c => c.Name == name) is { Refused: false }));
    }

    /// <returns>null to go on; else what is wrong with the refusal, empty when nothing is</returns>
    private static string? Judged(ConformanceCase one, Registered registered)
    {
        if (registered.Refusal is null)
            return one.Carried ? null : $"{one.Name}: was registered though V2 cannot carry it.";
        if (registered.Refusal.Length < 10)
            return $"{one.Name}: refused without a reason.";
        return one.Refused || (!one.Carried && registered.Refusal.Contains("cannot carry", StringComparison.Ordinal)) ? "" : $"{one.Name}: {registered.Refusal}";
    }

    private static async Task<List<string>> FaultsAsync(Registry registry, V2Caller caller, ConformanceCase one, string model, CancellationToken ct)
    {
        List<string> faults = [];
        var (rest, grpc) = await registry.HolderAsync(model, ct);
        foreach (var set in one.Sets)
            foreach (var (form, answer) in new[]
            {
                ("JSON", await caller.RestAsync($"{rest.AbsoluteUri}v2", model, set, binary: false, ct)),
                ("binary", await caller.RestAsync($"{rest.AbsoluteUri}v2", model, set, binary: true, ct)),
                ("gRPC", await caller.GrpcAsync(grpc, model, set, ct)),
            })
                if (Fault(one, set, answer) is { } fault)
                    faults.Add($"{one.Name} over {form}: {fault}");
        return faults;
    }

    private static string? Fault(ConformanceCase one, DataSet set, V2Answer answer)
    {
        // Over gRPC 3 is INVALID_ARGUMENT.
        if (one.Refused)
            return answer.Status is (>= 400 and < 500) or 3 && answer.Error.Length > 10 ? null : $"expected a refusal, got {answer.Status} {answer.Error}";
        if (answer.Status is not (200 or 0))
            return $"{answer.Status} {answer.Error}";
        foreach (var want in set.Outputs)
            if (Difference(want, answer.Outputs.Single(o => o.Name == want.Name)) is { } difference)
                return $"{want.Name}: {difference}";
        return null;
    }

    // FORMAT.md: |got - want| <= 1e-7 + 1e-3 |want|, bfloat16 with 8e-3; everything else exactly; NaN equals NaN.
    private static string? Difference(TensorValue want, TensorValue got)
    {
        if (want.Datatype != got.Datatype || !want.Shape.SequenceEqual(got.Shape))
            return $"{got.Datatype} [{string.Join(',', got.Shape)}] instead of {want.Datatype} [{string.Join(',', want.Shape)}]";
        if (want.Elements.Length != got.Elements.Length)
            return $"{got.Elements.Length} elements instead of {want.Elements.Length}";
        var tolerance = want.Datatype == "BF16" ? 8e-3 : 1e-3;
        for (var i = 0; i < want.Elements.Length; i++)
            if (want.Number(i) is not { } w)
            {
                if (!want.Elements[i].AsSpan().SequenceEqual(got.Elements[i]))
                    return $"element {i} is {Convert.ToHexString(got.Elements[i])} instead of {Convert.ToHexString(want.Elements[i])}";
            }
            else if (got.Number(i) is var g && !w.Equals(g) && !(Math.Abs(g!.Value - w) <= 1e-7 + tolerance * Math.Abs(w)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} is {g} instead of {w}");
            }
        return null;
    }
}
