using System.Runtime.InteropServices;

namespace ModelHub.Sockets;

/// <summary><c>struct epoll_event</c>: 32 bits of events and 64 of the caller's; packed on x86-64 and nowhere else.</summary>
internal static class PollEvent
{
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static readonly int Size = DataAt + sizeof(ulong);

    public static void Write(Span<byte> at, uint events, ulong data)
    {
        MemoryMarshal.Write(at, events);
        MemoryMarshal.Write(at[DataAt..], data);
    }

    public static uint Events(ReadOnlySpan<byte> at) => MemoryMarshal.Read<uint>(at);

    public static ulong Data(ReadOnlySpan<byte> at) => MemoryMarshal.Read<ulong>(at[DataAt..]);
}
