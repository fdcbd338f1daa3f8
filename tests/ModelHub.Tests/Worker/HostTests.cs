using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ModelHub.Hosting;
using ModelHub.Tests.Support;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Housekeeping;
using Xunit;

namespace ModelHub.Tests.Worker;

public sealed class HostTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public void Every_fault_of_the_configuration_is_told_at_once()
    {
        var refused = Assert.Throws<InvalidConfigurationException>(() => ModelHub.Worker.Program.Create(["--Api", "nowhere", "--Threads", "0", "--DuckDb", "/no/such/file"]));

        foreach (var key in (string[])["Database: missing", "Api:", "Threads:", "DuckDb:"])
            Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_its_health_and_counts_its_work()
    {
        var worker = await stack.NeedWorkerAsync();
        using var http = new HttpClient { BaseAddress = new Uri(worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        var version = await stack.RegisterAsync(SharedData.Path("models", "iris_knn", "model.onnx"));
        await stack.EndAsync(version.Value);

        await Eventually.Holds(async () => (await http.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode, what: "Readiness");
        await Eventually.Is(() => http.GetStringAsync("/metrics", TestContext.Current.CancellationToken),
            text => text.Contains("modelhub_worker_operations_total{kind=\"validate-version\",outcome=\"succeeded\"} 1", StringComparison.Ordinal), what: "The count of the validation");
        Assert.True((await http.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Housekeeping_takes_what_had_its_time_and_leaves_the_rest()
    {
        var worker = await stack.NeedWorkerAsync();
        var options = worker.Services.GetRequiredService<WorkerOptions>();
        var old = Directory.CreateDirectory(Path.Combine(options.Scratch, "old"));
        var young = Directory.CreateDirectory(Path.Combine(options.Scratch, "young"));
        Directory.SetLastWriteTimeUtc(old.FullName, DateTime.UtcNow.AddDays(-9));

        await worker.Services.GetServices<IHostedService>().OfType<Housekeep>().Single().RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal((false, true), (Directory.Exists(old.FullName), Directory.Exists(young.FullName)));
    }
}
