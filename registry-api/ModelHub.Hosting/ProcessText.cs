using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace ModelHub.Hosting;

/// <summary>
/// What every host tells of its process in the Prometheus text format 0.0.4, under the names that Prometheus' own client libraries
/// use, and which build it is.
/// </summary>
public static class ProcessText
{
    private const string Descriptors = "/proc/self/fd";

    /// <param name="host">Which of the hosts: api, console, worker, router or node.</param>
    public static string Write(string host)
    {
        using var process = Process.GetCurrentProcess();
        var text = new StringBuilder(2048);
        Gauge(text, "modelhub_build_info", "1, with the version of this build.", 1, $"host=\"{host}\",version=\"{Version}\"");
        Counter(text, "process_cpu_seconds_total", "Processor time spent, in seconds.", process.TotalProcessorTime.TotalSeconds);
        Gauge(text, "process_resident_memory_bytes", "Memory held, in bytes.", process.WorkingSet64);
        Gauge(text, "process_virtual_memory_bytes", "Addresses taken, in bytes.", process.VirtualMemorySize64);
        Gauge(text, "process_start_time_seconds", "When the process started, in seconds since 1970.", new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1e3);
        Gauge(text, "process_threads", "Threads of the process.", process.Threads.Count);
        if (Directory.Exists(Descriptors))
            Gauge(text, "process_open_fds", "Open files and sockets.", Directory.EnumerateFileSystemEntries(Descriptors).Count());
        Collections(text);
        Gauge(text, "dotnet_heap_bytes", "Managed memory in use, in bytes.", GC.GetTotalMemory(forceFullCollection: false));
        Gauge(text, "dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        Gauge(text, "dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
        return text.ToString();
    }

    private static string Version { get; } = typeof(ProcessText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private static void Collections(StringBuilder text)
    {
        Head(text, "dotnet_collection_count_total", "counter", "Garbage collections, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            Line(text, "dotnet_collection_count_total", GC.CollectionCount(generation), $"generation=\"{generation}\"");
    }

    private static void Gauge(StringBuilder text, string name, string help, double value, string labels = "")
    {
        Head(text, name, "gauge", help);
        Line(text, name, value, labels);
    }

    private static void Counter(StringBuilder text, string name, string help, double value)
    {
        Head(text, name, "counter", help);
        Line(text, name, value, "");
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, double value, string labels) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
}
