using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Tests.Onnx;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Models;

public sealed class QuantizeVersionTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lighter_version_is_made_with_its_lineage_and_figures_and_validated_like_any_other()
    {
        var source = await RegisteredAsync(QuantizeModelTests.Network(64, 256, 256, 4));

        var operation = await QuantizeAsync(source);

        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        await using var db = stack.Open();
        var made = await Eventually.Is(
            () => db.Versions.AsNoTracking().SingleAsync(v => v.ParentId == source, Ct), v => v.State is VersionState.Ready or VersionState.Failed, TimeSpan.FromSeconds(60), "The variant's validation");
        Assert.Equal((VersionState.Ready, null, 2), (made.State, made.Failure, made.Number));
        var figures = made.Metrics.ToDictionary(m => m.Name, m => m.Value);
        Assert.Equal(made.Size, figures["variant.bytes"]);
        Assert.True(figures["variant.bytes.original"] > 3 * figures["variant.bytes"]);
        Assert.True(figures["variant.row-microseconds"] > 0 && figures["variant.row-microseconds.original"] > 0);
        Assert.InRange(figures["variant.difference.max"], 1e-6, 0.15);
        Assert.InRange(figures["variant.difference.relative"], 1e-6, 0.05);
        Assert.Contains(made.Parameters, p => p == new Parameter("quantization", "int8-dynamic"));
        Assert.Single(await db.Events.Where(e => e.Type == "version.quantized").ToListAsync(Ct));
    }

    [Fact]
    public async Task A_model_without_such_weights_is_told_so_and_nothing_is_registered()
    {
        var source = await RegisteredAsync(TinyModel.Linear([1, 2, 3], 4));

        var operation = await QuantizeAsync(source);

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.StartsWith("The model has no MatMul or Gemm with constant FP32 weights", operation.Failure, StringComparison.Ordinal);
        Assert.Equal(1, operation.Attempts);
        await using var db = stack.Open();
        Assert.False(await db.Versions.AnyAsync(v => v.ParentId == source, Ct));
    }

    private async Task<VersionId> RegisteredAsync(byte[] model)
    {
        await stack.NeedWorkerAsync();
        var path = Path.Combine(stack.Folder, $"{Guid.NewGuid():n}.onnx");
        await File.WriteAllBytesAsync(path, model, Ct);
        var id = await stack.RegisterAsync(path);
        await stack.EndAsync(id.Value);
        return id;
    }

    private async Task<Operation> QuantizeAsync(VersionId version)
    {
        await using var db = stack.Open();
        var subject = await db.Versions.Where(v => v.Id == version).Select(v => new { Model = v.Model.Name, v.Number }).SingleAsync(Ct);
        var operation = Operation.Enqueue(OperationKinds.QuantizeVersion, Subjects.Version(subject.Model, subject.Number), version.Value, WorkerStack.Ada, DateTimeOffset.UtcNow);
        db.Operations.Add(operation);
        await WorkerStack.CommitAsync(db, new QuantizationRequested(subject.Model, subject.Number));
        return await Eventually.Is(
            () => db.Operations.AsNoTracking().SingleAsync(o => o.Id == operation.Id, Ct), o => o.State.HasEnded(), TimeSpan.FromSeconds(60), "The end of the quantisation");
    }
}
