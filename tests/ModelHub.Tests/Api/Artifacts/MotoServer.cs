using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using ModelHub.EndToEnd.Support;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

/// <summary>An S3 service on loopback, moto's, with a bucket; tests that need it are skipped where it is not installed (pip: moto[server]).</summary>
public sealed class MotoServer : IAsyncLifetime
{
    public const string Bucket = "modelhub-tests";
    public const string Key = "test-key";
    public const string Secret = "test-secret-key";

    private readonly int port = FreePorts.Neighbours(1);
    private Process? process;

    public string Address => $"http://127.0.0.1:{port}";

    public AmazonS3Client? Client { get; private set; }

    public string[] Settings(string prefix) =>
    [
        "--Store:Kind=s3", $"--Store:S3:Endpoint={Address}", $"--Store:S3:Bucket={Bucket}", $"--Store:S3:Prefix={prefix}", $"--Store:S3:AccessKey={Key}", $"--Store:S3:SecretKey={Secret}",
    ];

    public void SkipUnlessThere() => Assert.SkipUnless(Client is not null, "moto_server is not installed on this machine (pip: moto[server]).");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "moto_server")).FirstOrDefault(File.Exists) is not { } program)
            return;
        process = Process.Start(new ProcessStartInfo(program, ["-H", "127.0.0.1", "-p", $"{port}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await Eventually.Holds(AnswersAsync, TimeSpan.FromSeconds(60), "moto answers");
        if (process.HasExited)
            return;
        Client = new AmazonS3Client(new BasicAWSCredentials(Key, Secret), new AmazonS3Config { ServiceURL = Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1", UseHttp = true });
        await Client.PutBucketAsync(Bucket);
    }

    private async Task<bool> AnswersAsync()
    {
        if (process!.HasExited)
            return true;
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (process is null)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
