using ModelHub.Domain.Operations;
using Quartz;

namespace ModelHub.Worker.Jobs;

internal sealed record OperationInput(Guid Operation);

/// <summary>The job behind every operation; Quartz starts it again elsewhere when its worker dies.</summary>
internal sealed class OperationJob(RunOperation run) : IJob<OperationInput>
{
    public async ValueTask Execute(IJobExecutionContext context, OperationInput input, CancellationToken cancellationToken) =>
        await run.RunAsync(OperationId.From(input.Operation), cancellationToken);
}
