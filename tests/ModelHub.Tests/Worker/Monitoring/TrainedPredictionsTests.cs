using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Monitoring;
using Xunit;

namespace ModelHub.Tests.Worker.Monitoring;

/// <summary>What a trainer's model said of held-out rows, as routers would have counted it.</summary>
public sealed class TrainedPredictionsTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Classes_are_counted_as_the_outputs_tell_them()
    {
        File.WriteAllText(file, "age,modelhub.label,modelhub.probability.bad,modelhub.probability.good\n30,good,0.25,0.75\n40,bad,0.9,0.1\n50,good,0.25,0.75\n");
        var signature = new Signature([], [new("label", "INT64", [-1]), new("name", "BYTES", [-1, 1]), new("probabilities", "FP32", [-1, 2]), new("more", "FP32", [-1, 3])]);

        var told = TrainedOutputs.Of(signature, TrainedPredictions.Read(file, TestContext.Current.CancellationToken)).ToDictionary(o => o.Name, o => o.Distribution);

        Assert.Equal(["label", "name", "probabilities"], told.Keys.Order());
        Assert.Equal((3, 1, 2), (told["label"].Sampled, told["label"].Zeros, told["label"].Positive.Total));
        Assert.Equal([new("bad", 1), new("good", 2)], told["name"].Classes);
        Assert.Equal((3, 0, 3), (told["probabilities"].Sampled, told["probabilities"].Zeros, told["probabilities"].Positive.Total));
        Assert.Equal(0, PredictionShift.Of(Times(told["probabilities"], 100), Times(told["probabilities"], 200))!.Index, 2);
    }

    [Fact]
    public void Numbers_are_counted_by_their_size_and_another_file_is_refused()
    {
        File.WriteAllText(file, "age,modelhub.prediction\n30,-1.5\n40,0\n50,2\n");
        var signature = new Signature([], [new("prediction", "FP32", [-1])]);

        var told = TrainedOutputs.Of(signature, TrainedPredictions.Read(file, TestContext.Current.CancellationToken)).Single().Distribution;

        Assert.Equal((3, 1, 1, 1), (told.Sampled, told.Zeros, told.Positive.Total, told.Negative.Total));
        File.WriteAllText(file, "age\n30\n");
        Assert.Throws<BadInputException>(() => TrainedPredictions.Read(file, TestContext.Current.CancellationToken));
        File.WriteAllText(file, "modelhub.prediction\nmuch\n");
        Assert.Throws<BadInputException>(() => TrainedPredictions.Read(file, TestContext.Current.CancellationToken));
    }

    private static Distribution Times(Distribution of, int times) => Enumerable.Repeat(of, times).Aggregate(Distribution.None, (a, b) => a.Merge(b));
}
