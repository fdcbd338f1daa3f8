using ModelHub.Benchmarks.Pages;
using ModelHub.Cli.Stack;
using GraphCaller = ModelHub.EndToEnd.Support.Graph;

namespace ModelHub.Benchmarks.Screens;

/// <summary>
/// <c>bench screens FOLDER [DATA]</c>: a picture of every page of the console, of what <c>./modelhub demo</c> left in the data folder DATA and
/// runs still, with a README that lists them. What the demo has no use for (an experiment, a batch, a webhook) is made first, once.
/// </summary>
internal static class TakeScreens
{
    public const string Verb = "screens";
    private const int Wide = 1440;
    private const int Narrow = 390;

    public static async Task<int> RunAsync(string folder, string data, CancellationToken ct)
    {
        if (Connection.Read(data) is not { } connection)
        {
            Console.Error.WriteLine($"No stack runs in {data}: start one with ./modelhub demo --data {data}, and let it come to its end.");
            return 1;
        }
        var admin = new GraphCaller(new Uri(connection.Api), connection.Token);
        using var extras = new Extras(connection, admin);
        var demo = await DemoThings.FindAsync(admin, extras, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var calls = extras.CallAsync(stop.Token);
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.webp"))
            File.Delete(old);
        List<Picture> pictures = [.. Album.Of(demo)];
        await TakeAsync(pictures.Where(picture => !picture.Narrow), Wide, folder, connection, demo, ct);
        await TakeAsync(pictures.Where(picture => picture.Narrow), Narrow, folder, connection, demo, ct);
        await stop.CancelAsync();
        await calls;
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), Album.Listed(pictures), ct);
        Console.WriteLine($"{pictures.Count} pictures, {Directory.EnumerateFiles(folder, "*.webp").Sum(file => new FileInfo(file).Length) / 1000} kB");
        return 0;
    }

    private static async Task TakeAsync(IEnumerable<Picture> pictures, int width, string folder, Connection connection, DemoThings demo, CancellationToken ct)
    {
        await using var chromium = await Chromium.StartAsync(new Uri(connection.Console), demo.Admin, ct, width);
        foreach (var picture in pictures)
        {
            ct.ThrowIfCancellationRequested();
            var bytes = await Camera.TakeAsync(chromium, new Uri(connection.Console), picture);
            await File.WriteAllBytesAsync(Path.Combine(folder, picture.File), bytes, ct);
            Console.WriteLine($"{picture.File,-28} {bytes.Length / 1000,4} kB");
        }
    }
}
